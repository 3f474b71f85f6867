//! Every reason: its name, the values in its text, its code, its text in English.
//!
//! Codes are stable: programs compare them, journals keep them, and translations are found by them. A text may change.

use super::ReasonValue;

macro_rules! reasons {
    ($( $variant:ident $( { $( $name:ident: $kind:ty ),+ } )? $code:literal $text:literal; )+) => {
        /// Why a file, or a part of it, was not examined or cannot be trusted.
        ///
        /// The text of each stands in its documentation, with the names of its values in braces.
        ///
        /// ```
        /// use basma::error::Reason;
        /// let reason = Reason::FramesCapped { frames: 3 };
        /// assert_eq!(reason.code().name(), "frames-capped");
        /// assert_eq!(reason.to_string(), "only the first 3 frames were examined");
        /// ```
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum Reason {
            $(
                #[doc = concat!("`", $code, "`: ", $text)]
                $variant $( { $(
                    #[doc = concat!("The value `", stringify!($name), "` of the text.")]
                    $name: $kind,
                )+ } )?,
            )+
        }

        /// The kind of a [`Reason`], without its values.
        ///
        /// ```
        /// use basma::error::ReasonCode;
        /// let code: ReasonCode = "frames-capped".parse()?;
        /// assert_eq!(code, ReasonCode::FramesCapped);
        /// # Ok::<(), basma::error::UnknownReasonCode>(())
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum ReasonCode {
            $( #[doc = concat!("`", $code, "`: ", $text)] $variant, )+
        }

        impl ReasonCode {
            /// Every code.
            pub const ALL: &'static [ReasonCode] = &[$( ReasonCode::$variant ),+];

            /// The code, in small letters with hyphens.
            pub const fn name(self) -> &'static str {
                match self { $( ReasonCode::$variant => $code, )+ }
            }

            /// The English text, with the names of its values in braces.
            pub const fn template(self) -> &'static str {
                match self { $( ReasonCode::$variant => $text, )+ }
            }

            /// The names of the values in the text.
            pub const fn arguments(self) -> &'static [&'static str] {
                match self { $( ReasonCode::$variant => &[$( $( stringify!($name) ),+ )?], )+ }
            }
        }

        impl Reason {
            /// Its kind.
            pub const fn code(&self) -> ReasonCode {
                match self { $( Reason::$variant { .. } => ReasonCode::$variant, )+ }
            }

            /// The values in its text, in the order of [`ReasonCode::arguments`].
            pub fn values(&self) -> Vec<ReasonValue> {
                match self {
                    $( Reason::$variant $( { $( $name ),+ } )? =>
                        vec![$( $( ReasonValue::from($name.clone()) ),+ )?], )+
                }
            }

            /// The reason of a kind with these values, which may be text as they were stored. `None` where they do not
            /// fit.
            #[cfg(any(test, feature = "media"))]
            pub(crate) fn from_values<'v>(
                code: ReasonCode,
                values: impl IntoIterator<Item = &'v str>,
            ) -> Option<Reason> {
                let mut values = values.into_iter();
                let reason = match code {
                    $( ReasonCode::$variant => Reason::$variant $( { $(
                        $name: values.next()?.parse().ok()?
                    ),+ } )?, )+
                };
                values.next().is_none().then_some(reason)
            }
        }

        impl std::fmt::Display for Reason {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                match self {
                    $( Reason::$variant $( { $( $name ),+ } )? =>
                        write!(f, $text $( $( , $name = $name )+ )?), )+
                }
            }
        }
    };
}

reasons! {
    // Any file.
    FileEmpty "file-empty" "the file is empty";
    FormatUnknown "format-unknown" "not a picture in any known format";
    FormatNotDecoded { mime: String } "format-not-decoded" "{mime} is not decoded";
    FormatNotBuiltIn { mime: String, feature: String } "format-not-built-in" "{mime} is not decoded: built without feature `{feature}`";
    FfmpegNeeded { name: String } "ffmpeg-needed" "{name} is not decoded here: ffmpeg decodes it, where it is installed";
    Unreadable { problem: String } "unreadable" "cannot be read: {problem}";
    FileReplaced "file-replaced" "cannot be read: it is no longer a regular file";
    FileChanged "file-changed" "it changed while it was read; scan it again";
    FolderLoop { path: String } "folder-loop" "{path} leads back into itself";
    SymbolicLink "symbolic-link" "a symbolic link, not followed";
    NamedPipe "named-pipe" "a named pipe, not opened";
    Socket "socket" "a socket, not opened";
    Device "device" "a device, not opened";
    SpecialFile "special-file" "a special file, not opened";
    ProgramDefect "program-defect" "examining it failed for a defect of this program: please report it";
    Cancelled "cancelled" "the job was cancelled before the file was examined";
    RefusedBySystem { path: String, problem: String } "refused-by-system" "the file was not examined: the system refused {path}: {problem}";
    ExaminationFailed { code: String } "examination-failed" "the file was not examined for an error of kind `{code}`";

    // Limits.
    TooManyPixels { found: u64, limit: u64 } "limit-pixels" "{found} pixels are over the limit of {limit}";
    TooManyPixelsASide { found: u64, limit: u64 } "limit-side" "{found} pixels a side are over the limit of {limit}";
    TooManyDecodedBytes { found: u64, limit: u64 } "limit-decoded-bytes" "{found} decoded bytes are over the limit of {limit}";
    TooManyFileBytes { found: u64, limit: u64 } "limit-file-bytes" "{found} file bytes are over the limit of {limit}";
    TooMuchTime { found: u64, limit: u64 } "limit-decoding-time" "{found} milliseconds of decoding are over the limit of {limit}";
    TooManyConvertedBytes { found: u64, limit: u64 } "limit-converted-bytes" "{found} bytes of a converted picture are over the limit of {limit}";
    TooManyBoxes { found: u64, limit: u64 } "limit-boxes" "{found} boxes are over the limit of {limit}";
    TooManyElements { found: u64, limit: u64 } "limit-elements" "{found} elements are over the limit of {limit}";
    TooManyDescriptionBytes { found: u64, limit: u64 } "limit-description-bytes" "{found} bytes of description are over the limit of {limit}";
    TooManyDescriptions { found: u64, limit: u64 } "limit-descriptions" "{found} descriptions of pictures are over the limit of {limit}";
    TooManyCodedBytes { found: u64, limit: u64 } "limit-coded-bytes" "{found} bytes of one coded picture are over the limit of {limit}";
    TooManyCodedUnits { found: u64, limit: u64 } "limit-coded-units" "{found} units of one coded picture are over the limit of {limit}";
    TooManyMetadataBytes { found: u64, limit: u64 } "limit-metadata-bytes" "{found} bytes of metadata in a row are over the limit of {limit}";
    TooManySources { found: u64, limit: u64 } "limit-sources" "{found} sources are over the limit of {limit}";
    TooManyLists { found: u64, limit: u64 } "limit-lists" "{found} lists are over the limit of {limit}";
    TooManyLines { found: u64, limit: u64 } "limit-lines" "{found} lines are over the limit of {limit}";
    TooManyRows { found: u64, limit: u64 } "limit-rows" "{found} rows of a hash type are over the limit of {limit}";
    TooManyHashes { found: u64, limit: u64 } "limit-hashes" "{found} hashes of a hash type are over the limit of {limit}";
    TooManyFeatures { found: u64, limit: u64 } "limit-features" "{found} local features are over the limit of {limit}";
    TooManyWithdrawals { found: u64, limit: u64 } "limit-withdrawals" "{found} withdrawals are over the limit of {limit}";

    // Pictures of any format.
    PictureWithoutPixels "picture-without-pixels" "the picture has no pixels";
    PictureNotBegun "picture-not-begun" "the file ends before the picture begins";
    PictureCut "picture-cut" "the file ends before the picture does";
    PictureTooFlat { quality: u64, needed: u64 } "picture-too-flat" "too flat to be told from others: quality {quality}, {needed} is needed";
    FramesCapped { frames: u64 } "frames-capped" "only the first {frames} frames were examined";
    PictureBroken { message: String } "picture-broken" "broken picture: {message}";
    PictureNotSupported { message: String } "picture-not-supported" "the decoder does not support the picture: {message}";
    DecoderPanicked { message: String } "decoder-panicked" "the decoder gave up: {message}";
    MemoryShort "memory-short" "memory was too short to decode it; examine it again when more is free";
    ColorProfileUnreadable "color-profile-unreadable" "the colour profile cannot be read, and viewers may show another picture; look at it";
    ColorProfileTooLarge "color-profile-too-large" "the colour profile is too large to be applied, and viewers may show another picture; look at it";
    ColorProfileOfInks "color-profile-of-inks" "the colour profile of inks is far from their plain mixture, and viewers may show another picture; look at it";
    ColorProfileBroken "color-profile-broken" "the colour profile is broken, and viewers may show another picture; look at it";
    ColorProfileUnknown "color-profile-unknown" "the colour profile is broken or of an unknown kind, and viewers may show another picture; look at it";
    AvifColorsNotManaged "avif-colors-not-managed" "the colours of AVIF are not managed, and viewers may show another picture; look at it";

    // JPEG.
    JpegLossless "jpeg-lossless" "JPEG with lossless coding is not decoded";
    JpegHierarchical "jpeg-hierarchical" "JPEG with hierarchical coding is not decoded";
    JpegArithmetic "jpeg-arithmetic-coding" "JPEG with arithmetic coding is not decoded";
    JpegLosslessArithmetic "jpeg-lossless-arithmetic" "JPEG with lossless arithmetic coding is not decoded";
    JpegHierarchicalArithmetic "jpeg-hierarchical-arithmetic" "JPEG with hierarchical arithmetic coding is not decoded";
    JpegTwelveBits "jpeg-twelve-bits" "JPEG with samples of 12 bits is not decoded";
    JpegSampleBits "jpeg-sample-bits" "JPEG with samples of other than 8 bits is not decoded";
    JpegComponents "jpeg-components" "JPEG with a number of colours that is not 1, 3 or 4 is not decoded";
    JpegFractionalSampling "jpeg-fractional-sampling" "JPEG with subsampling by a fraction is not decoded";
    JpegWithoutPicture "jpeg-without-picture" "JPEG: the file ends before its picture begins";
    JpegSecondPicture "jpeg-second-picture" "JPEG: a second picture begins inside it";
    JpegSecondFrameHeader "jpeg-second-frame-header" "JPEG: it has a second frame header";
    JpegWithoutFrameHeader "jpeg-without-frame-header" "JPEG: it has no frame header";
    JpegFrameHeaderCut "jpeg-frame-header-cut" "JPEG: its frame header is cut short";
    JpegFrameHeaderLength "jpeg-frame-header-length" "JPEG: its frame header has another length";
    JpegFrameHeaderBroken "jpeg-frame-header-broken" "JPEG: its frame header is broken";
    JpegScanHeaderBroken "jpeg-scan-header-broken" "JPEG: a scan header is broken";
    JpegTableMissing "jpeg-table-missing" "JPEG: a table is missing that its data needs";
    JpegTableBroken "jpeg-table-broken" "JPEG: a table is broken";
    JpegSegmentLength "jpeg-segment-length" "JPEG: a segment has no length";
    JpegWithoutPixels "jpeg-without-pixels" "JPEG: it has no pixels";
    JpegDataBroken "jpeg-data-broken" "JPEG: its data is broken";
    JpegBrokenInside "jpeg-broken-inside" "the picture is broken inside";
    JpegSentTwice "jpeg-sent-twice" "the picture is sent twice, and only the first was looked at";

    // PNG, GIF, icons.
    PngWithoutHeader "png-without-header" "PNG: there is no header";
    PngAnimationCut "png-animation-cut" "PNG: the file ends before its animation does";
    GifWithoutFrame "gif-without-frame" "there is no frame in it";
    IconWithoutPicture "icon-without-picture" "there is no picture in it";
    IconPictureCut "icon-picture-cut" "the file ends before a picture does";

    // JPEG XL, AVIF, camera raw.
    JxlColors "jxl-colors" "JPEG XL of neither grey nor RGB is not decoded";
    JxlBroken { message: String } "jxl-broken" "JPEG XL: {message}";
    AvifWithoutConverter "avif-without-converter" "image/avif is not decoded here: install avifdec or ffmpeg and name it as the converter of AVIF";
    ConverterFailed { program: String, problem: String } "converter-failed" "image/avif: {program}: {problem}";
    ConverterRejected { program: String, status: String } "converter-rejected" "{program} made nothing of it: {status}";
    RawWithoutPreview { side: u64 } "raw-without-preview" "camera raw is not decoded, and no preview of its shape has {side} pixels a side; develop it to JPEG or TIFF";

    // HEIF and HEVC.
    HevcNotSupported { message: String } "hevc-not-supported" "HEVC: {message}";
    HevcBroken { message: String } "hevc-broken" "HEVC: {message}";
    HeifNotSupported { message: String } "heif-not-supported" "HEIF: {message}";
    HeifBroken { message: String } "heif-broken" "HEIF: {message}";
    HeifItemType { kind: String } "heif-item-type" "a HEIF picture of type {kind} is not decoded";
    HeifDerivedTwice "heif-derived-twice" "a HEIF picture derived from a derived one is not decoded";
    HeifSequenceAlone "heif-sequence-alone" "a HEIF sequence without a still is not decoded";
    HeifGridCodec "heif-grid-codec" "a grid of other than HEVC tiles";
    HeifGridTurned "heif-grid-turned" "a grid of turned or cropped tiles";
    HeifGridEmpty "heif-grid-empty" "HEIF: a grid without tiles, or of tiles without a size";
    HeifGridCount "heif-grid-count" "HEIF: a grid of more or fewer tiles than it has room for";
    HeifGridSizes "heif-grid-sizes" "HEIF: a grid of tiles of different sizes";
    HeifWithoutDescription "heif-without-description" "HEIF: there is no description of pictures";
    HeifDataCut "heif-data-cut" "HEIF: the file ends before the data of its pictures does";
    HeifDerivedSource "heif-derived-source" "HEIF: a derived picture without one source";
    HeifOverlayCut "heif-overlay-cut" "HEIF: an overlay that is cut off";
    HeifWithoutParameters "heif-without-parameters" "HEIF: a coded picture without its parameters";
    HeifCropFraction "heif-crop-fraction" "HEIF: a crop by a fraction of zero";
    HeifCropEmpty "heif-crop-empty" "HEIF: a crop to nothing";

    // TIFF.
    TiffCompression { name: String, number: u64 } "tiff-compression" "TIFF compressed with {name} ({number}) is not decoded";
    TiffCompressionUnknown { number: u64 } "tiff-compression-unknown" "TIFF compressed with the unknown method {number} is not decoded";
    TiffColors { number: u64 } "tiff-colors" "TIFF in colours of number {number} is not decoded";
    TiffPalette "tiff-palette" "TIFF with a palette of more than 256 colours is not decoded";
    TiffLab "tiff-lab" "TIFF with Lab of such samples is not decoded";
    TiffLogLuv "tiff-logluv" "TIFF with colours of the LogLuv kind is not decoded";
    TiffSensor "tiff-sensor" "TIFF with the samples of a sensor is not decoded";
    TiffOldJpeg "tiff-old-jpeg" "TIFF with JPEG in the layout of TIFF 6.0 is not decoded";
    TiffSamples "tiff-samples" "TIFF with a pixel of very many samples is not decoded";
    TiffSampleLengths "tiff-sample-lengths" "TIFF with samples of different lengths is not decoded";
    TiffSigned "tiff-signed" "TIFF with numbers with a sign as samples is not decoded";
    TiffFractions "tiff-fractions" "TIFF with fractions as samples of these colours is not decoded";
    TiffSampleLength "tiff-sample-length" "TIFF with samples of this length is not decoded";
    TiffFaxBits "tiff-fax-bits" "TIFF with codes of fax for more than one bit a pixel is not decoded";
    TiffJpegBits "tiff-jpeg-bits" "TIFF with JPEG of other than 8 bits is not decoded";
    TiffPrediction "tiff-prediction" "TIFF with a prediction of such samples is not decoded";
    TiffSubsampling "tiff-subsampling" "TIFF with subsampled colours of such samples is not decoded";
    TiffLosslessJpeg "tiff-lossless-jpeg" "TIFF with lossless JPEG is not decoded";
    TiffWithoutOrder "tiff-without-order" "TIFF: a header without an order of bytes";
    TiffPageCut "tiff-page-cut" "TIFF: the file ends before a page begins";
    TiffWithoutPage "tiff-without-page" "TIFF: there is no page in it";
    TiffPageSize "tiff-page-size" "TIFF: a page without a size";
    TiffPageColors "tiff-page-colors" "TIFF: a page of fewer samples than its colours have";
    TiffPaletteCut "tiff-palette-cut" "TIFF: a palette of fewer colours than there are numbers";
    TiffPageSubsampling "tiff-page-subsampling" "TIFF: a page of impossible subsampling";
    TiffTileSize "tiff-tile-size" "TIFF: tiles without a size";
    TiffChunkMissing "tiff-chunk-missing" "TIFF: a strip or tile is not there";
    TiffChunkCut "tiff-chunk-cut" "TIFF: the file ends before a strip or tile does";
    TiffChunkEmpty "tiff-chunk-empty" "TIFF: a strip or tile is empty";
    TiffChunkBroken "tiff-chunk-broken" "TIFF: a strip or tile is broken inside";
    TiffChunkShort "tiff-chunk-short" "TIFF: a strip or tile is shorter than its size says";
    TiffPageEmpty "tiff-page-empty" "TIFF: a page of which nothing can be decoded";
    TiffJpegSamples "tiff-jpeg-samples" "TIFF: a JPEG of fewer samples than its page";
    TiffJpegBroken { message: String } "tiff-jpeg-broken" "TIFF: JPEG: {message}";

    // Clips: containers.
    ContainerNotRead { mime: String } "container-not-read" "{mime} is not read here";
    ContainerCut "container-cut" "the file ends before it says what is in it";
    ClipWithoutVideo "clip-without-video" "there is no video track in it";
    ClipWithoutPictures "clip-without-pictures" "the file ends before its first picture";
    ClipCut "clip-cut" "the file ends before the film does";
    ClipPictureKind "clip-picture-kind" "a picture of no kind";
    ClipPictureSize "clip-picture-size" "a picture of more bytes than any has";
    ClipEncrypted "clip-encrypted" "the pictures are encrypted";
    ClipTooFewPictures "clip-too-few-pictures" "only keyframes of clips are decoded here, and these are too few: ffmpeg decodes the others, where it is installed";
    ClipNotHandedOver { mime: String, problem: String } "clip-not-handed-over" "{mime} cannot be given to its decoder: {problem}";
    Mp4WithoutIndex "mp4-without-index" "the file ends before its index (moov)";
    Mp4NotABox "mp4-not-a-box" "what follows the index is no box";
    Mp4IndexCompressed "mp4-index-compressed" "the index of the film is compressed";
    Mp4IndexCut "mp4-index-cut" "the index of the film is not whole";
    Mp4BoxTooSmall { name: String } "mp4-box-too-small" "a box '{name}' smaller than its header";
    Mp4ConfigurationSize "mp4-configuration-size" "a decoder's configuration of a megabyte";
    Mp4SizeBits { bits: u64 } "mp4-size-bits" "sizes of {bits} bits";
    Mp4FragmentCut "mp4-fragment-cut" "the list of pictures of a fragment is not whole";
    Mp4FragmentEmpty "mp4-fragment-empty" "pictures without bytes";
    MatroskaNotAnElement "matroska-not-an-element" "bytes that are no element of Matroska";
    MatroskaElementTooLong "matroska-element-too-long" "an element of Matroska that is too long";
    MatroskaFraction { size: u64 } "matroska-fraction" "a fraction of {size} bytes";
    MatroskaBlockTooSmall "matroska-block-too-small" "a block smaller than its pictures";

    // Clips: pictures.
    CodecNotBuiltIn { codec: String, feature: String } "codec-not-built-in" "{codec} is not decoded here: built without feature `{feature}`; ffmpeg decodes it, where it is installed";
    H264NotChosen "h264-not-chosen" "H.264 is not decoded here: name a worker, or decoding in this process, or ffmpeg";
    H264Depth "h264-depth" "H.264 with more than 8 bits is not decoded here: ffmpeg decodes it, where it is installed";
    H264Chroma "h264-chroma" "H.264 with more colour than 4:2:0 is not decoded here: ffmpeg decodes it, where it is installed";
    H264Fields "h264-fields" "H.264 with fields is not decoded here: ffmpeg decodes it, where it is installed";
    NotAKeyframe { codec: String } "not-a-keyframe" "a picture of {codec} that does not stand alone";
    ConfigurationBroken { codec: String } "configuration-broken" "a configuration of {codec} that is broken";
    KeyframeBroken { codec: String } "keyframe-broken" "a keyframe of {codec} that is broken";
    KeyframeCut { codec: String } "keyframe-cut" "a picture of {codec} that is cut";
    H264ParametersBroken "h264-parameters-broken" "a parameter set of H.264 that is broken";
    H264WithoutParameters "h264-without-parameters" "a picture of H.264 without parameter sets";
    H264Broken { message: String } "h264-broken" "H.264: {message}";
    H264NotWhole "h264-not-whole" "H.264: the picture is not whole";
    H264HalfRow "h264-half-row" "H.264: half a row";
    CodecPanicked { codec: String } "codec-panicked" "{codec}: the decoder gave up";
    WorkerNotStarted { program: String, problem: String } "worker-not-started" "H.264: {program} cannot be started: {problem}";
    WorkerSignal { signal: u64 } "worker-signal" "H.264: the decoder died of it: signal {signal}";
    WorkerExit { status: String } "worker-exit" "H.264: the decoder died of it: {status}";
    WorkerAnswer "worker-answer" "H.264: the decoder gave no valid answer";
    WorkerSilent "worker-silent" "H.264: the decoder answers no more";
    SandboxNotStarted { program: String, problem: String } "sandbox-not-started" "the process that opens files cannot be started: {program}: {problem}";
    SandboxNeedsFile { path: String, problem: String } "sandbox-needs-file" "the process that opens files cannot be started without {path}: {problem}; give /proc and /dev/null to the container or chroot";
    SandboxNotHandedOver { problem: String } "sandbox-not-handed-over" "the file cannot be handed to the process that opens it: {problem}";
    SandboxSignal { signal: u64 } "sandbox-signal" "the process that opened the file died of it: signal {signal}";
    SandboxExit { status: String } "sandbox-exit" "the process that opened the file died of it: {status}";
    SandboxAnswer "sandbox-answer" "the process that opened the file gave no valid answer";
    SandboxSilent "sandbox-silent" "the process that opened the file answers no more";
    FfmpegFailed { program: String, problem: String } "ffmpeg-failed" "{program}: {problem}";
    FfmpegUnusable { program: String, problem: String } "ffmpeg-unusable" "{program} cannot be used as ffmpeg: {problem}";
    FfmpegWithoutVersion { program: String } "ffmpeg-without-version" "{program} cannot be used as ffmpeg: it does not tell its version";
    FfmpegWithoutPicture "ffmpeg-without-picture" "ffmpeg found no picture in it";
    FfmpegExit { status: String } "ffmpeg-exit" "ffmpeg ended: {status}";
    FfmpegMessage { message: String } "ffmpeg-message" "ffmpeg: {message}";
    FfmpegOutput "ffmpeg-output" "ffmpeg wrote what was not asked for";
    FrameRateUnknown "frame-rate-unknown" "the average rate of its pictures is not known";

    // Pictures, clips and archives in other files.
    PartsTooMany { limit: u64 } "parts-too-many" "it holds more than {limit} pictures, clips and archives: the rest was not looked into";
    PartsTooManyBeginnings "parts-too-many-beginnings" "too many beginnings of pictures, clips and archives in it: not all were looked into";
    PartsTooFarOutside { limit: u64 } "parts-too-far-outside" "more than {limit} bytes of it are outside its structure: the rest was not looked into";
    PartsBoxes { limit: u64 } "parts-boxes" "it has more than {limit} boxes: the rest was not looked into";
    PartsElements { limit: u64 } "parts-elements" "it has more than {limit} elements: the rest was not looked into";
    PartsIndexes { limit: u64 } "parts-indexes" "it has more than {limit} indexes: not all of them were looked into";
    PartsTables "parts-tables" "its tables are too large: not all of it was looked into";
    PartsTextTooLong { limit: u64 } "parts-text-too-long" "a text in it is longer than {limit} bytes: the rest was not looked into";
    PartsTextNotBuiltIn "parts-text-not-built-in" "a compressed text in it was not looked into: built without feature `archives`";

    // Archives of any kind.
    ArchiveUnpacked { limit: u64 } "archive-unpacked" "the archive unpacks to more than {limit} bytes";
    ArchiveMembers { limit: u64 } "archive-members" "it has more than {limit} members";
    ArchiveDepth { limit: u64 } "archive-depth" "archives are nested more than {limit} deep";
    CarrierDepth { limit: u64 } "carrier-depth" "pictures and clips with others in them are nested more than {limit} deep";
    ArchiveWindow "archive-window" "unpacking it needs a larger window than is allowed, or more memory than is free";
    ArchiveNotBuiltIn "archive-not-built-in" "the archive was not looked into: built without feature `archives`";
    ArchiveHeader "archive-header" "a header in it is broken: not all of it was read as it should be";
    ArchiveVolume "archive-volume" "it is one of several volumes: what goes on in another was not looked into; join them first";
    DiscUdf "disc-udf" "the image has a tree of UDF too, which is not read: what it alone names was searched by signatures";
    RarNotOpened "rar-not-opened" "rar is not opened here: unpack it with another program, and scan the folder";
    RarVolume "rar-volume" "one of several volumes of rar, which is not opened here: unpack them with another program, and scan the folder";
    VolumeByName "volume-by-name" "its name is that of one of several volumes: join or unpack them, and scan the result";
    MemberTooLarge { limit: u64 } "member-too-large" "it is larger than {limit} bytes";
    MemberTooLargeWithin { limit: u64 } "member-too-large-within" "with the archives that it is in, it is larger than {limit} bytes";
    MemberExceedsClaim { limit: u64 } "member-exceeds-claim" "it unpacks to far more than it claims: it is cut at {limit} bytes";
    MemberPathTooLong { limit: u64 } "member-path-too-long" "its path is longer than {limit} bytes";
    MemberCut "member-cut" "it ends before its content does";
    MemberBroken { message: String } "member-broken" "it cannot be unpacked: {message}";
    MemberTrailingData "member-trailing-data" "other data follows what is compressed";
    MemberChecksum "member-checksum" "its checksum does not hold";
    MemberSize { found: u64, expected: u64 } "member-size" "it has {found} bytes and not {expected}";
    MemberLzmaHeader "member-lzma-header" "the LZMA header is not one";
    MemberForgotten "member-forgotten" "what was known of it is gone; scan it again";
    MemberSymbolicLink { target: String } "member-symbolic-link" "a symbolic link: {target}";
    MemberHardLink { target: String } "member-hard-link" "a link to another file: {target}";
    MemberDevice "member-device" "a device";
    MemberFolder "member-folder" "a folder";
    MemberPipe "member-pipe" "a pipe";
    MemberDeletion "member-deletion" "a mark that a file was deleted";

    // Passwords.
    PasswordNoneFits "password-none-fits" "encrypted: none of the passwords opens it";
    PasswordAttempts { tried: u64 } "password-attempts" "encrypted: {tried} passwords were tried without success, and more would take too long";

    // Zip.
    ZipEncrypted "zip-encrypted" "encrypted: not looked into";
    ZipMethod { name: String } "zip-method" "compressed by {name}, which is not unpacked";
    ZipMethodUnknown { number: u64 } "zip-method-unknown" "compressed by the unknown method {number}";
    ZipWithoutDirectory "zip-without-directory" "it has no directory: members are found by their own headers";
    ZipDirectoryTooLarge { limit: u64 } "zip-directory-too-large" "its directory is larger than {limit} bytes";
    ZipDirectoryCount "zip-directory-count" "its directory does not hold as many members as it says";
    ZipMemberMissing "zip-member-missing" "there is no member where the directory says";
    ZipMemberUnlisted "zip-member-unlisted" "it holds a member that its directory does not name";
    ZipMemberRenamed "zip-member-renamed" "a member has another name than the directory says";
    ZipMemberStoredOtherwise "zip-member-stored-otherwise" "a member says otherwise than the directory how it is stored";
    ZipMembersOverlap "zip-members-overlap" "members overlap";
    ZipStrayBytes { bytes: u64 } "zip-stray-bytes" "{bytes} bytes belong to no member";
    ZipMarginsTooLarge "zip-margins-too-large" "too much in it belongs to no member: not all of that was looked into";
    ArchiveChanged "archive-changed" "it changed while it was read";

    // 7z.
    SevenzipCut "sevenzip-cut" "its directory lies behind its end: it is cut, or the first of several volumes, which must be joined first";
    SevenzipHeader "sevenzip-header" "its directory is broken: what stands behind that was searched by signatures alone";
    SevenzipHeaderChecksum "sevenzip-header-checksum" "the checksum of its directory does not hold";
    SevenzipHeaderTooLarge { limit: u64 } "sevenzip-header-too-large" "its directory is larger than {limit} bytes";
    SevenzipContentMissing "sevenzip-content-missing" "the archive has no content for it";
    SevenzipMethod { name: String } "sevenzip-method" "packed by {name}, which is not unpacked";
    SevenzipEncrypted "sevenzip-encrypted" "encrypted: not looked into";

    // Tar.
    TarNotAHeader "tar-not-a-header" "a block is no header of a member";
    TarHeaderChecksum "tar-header-checksum" "the checksum of a header does not hold";
    TarAnnouncedMissing "tar-announced-missing" "it ends before the member that it announces";
    TarExtendedTooLong "tar-extended-too-long" "an extended header is too long to be one";
    TarExtendedBroken "tar-extended-broken" "an extended header is broken";
    TarGlobalIgnored "tar-global-ignored" "what a global header says of paths and sizes is ignored";
    TarSparseMap "tar-sparse-map" "the map of a sparse file is broken: it is read without";
    TarHardLinkWithContent "tar-hard-link-with-content" "it says that it is a link to another file, and has content";
    TarSymbolicLinkWithContent "tar-symbolic-link-with-content" "it says that it is a symbolic link, and has content";
    TarDeviceWithContent "tar-device-with-content" "it says that it is a device, and has content";
    TarFolderWithContent "tar-folder-with-content" "it says that it is a folder, and has content";
    TarPipeWithContent "tar-pipe-with-content" "it says that it is a pipe, and has content";
    TarLabelWithContent "tar-label-with-content" "it says that it is a label, and has content";

    // Mail.
    MailCut "mail-cut" "a message ends before its last part does";
    MailDepth { limit: u64 } "mail-depth" "parts and messages are nested more than {limit} deep";
    MailEncrypted "mail-encrypted" "the message is encrypted: its parts were not looked into";
    MailFieldTooLong { limit: u64 } "mail-field-too-long" "a field of a header is longer than {limit} bytes: what follows in it was not read";

    // PDF.
    PdfEncrypted "pdf-encrypted" "the document is encrypted: its streams were not looked into";
    PdfEncryptionUnclear "pdf-encryption-unclear" "it is unclear whether the document is encrypted: its streams were read as they stand, or both ways";
    PdfFilter { name: String } "pdf-filter" "a picture compressed by {name}, which is not unpacked";
    PdfColors { name: String } "pdf-colors" "a picture in colours of the kind {name}, which are not read";
    PdfPictureSize "pdf-picture-size" "a picture without a size, or with samples of no possible length";
    PdfStreamTooLarge { limit: u64 } "pdf-stream-too-large" "a stream unpacks to more than {limit} bytes: the rest was not looked into";
    PdfObjects { limit: u64 } "pdf-objects" "it has more than {limit} objects: the rest was not looked into";
    PdfTooMuch "pdf-too-much" "its objects are too large, or lie one within the other: not all were looked into";

    // Stores of thumbnails, and compound files of Microsoft.
    CompoundBroken "compound-broken" "its tables are broken: not all of its streams were looked into";
    CompoundStreams { limit: u64 } "compound-streams" "it has more than {limit} streams: the rest was not looked into";
    ThumbcacheBroken "thumbcache-broken" "an entry does not begin where the one before it ends";
    DatabaseBroken "database-broken" "pages of the database are broken, or belong to two places: not all of its rows were read as they should be";
    DatabaseElsewhere "database-elsewhere" "it goes on in the database that this is the log of: the rest was not looked into";
    WebCacheBroken "web-cache-broken" "records of the cache do not fit: the answer may be longer or shorter than it was";
    DirectoryTooLarge { limit: u64 } "directory-too-large" "its tables or one of its folders take more than {limit} bytes: not all of it was looked into";
    DiskPartitions "disk-partitions" "its table of partitions is broken, or partitions overlap: what could be read of them was";
    DiskFileSystem { name: String } "disk-file-system" "a partition with {name}, which is not read: unpack it with another program, and scan the folder, or search it by signatures";
    DiskFileSystemUnknown "disk-file-system-unknown" "a partition whose file system is not known: search it by signatures";
    DiskFileSystemBroken "disk-file-system-broken" "its file system is broken: not all of it was read as it should be";
    DiskJournal "disk-journal" "its file system was not closed in order: what its journal alone holds was not read";
    DiskFileEncrypted "disk-file-encrypted" "the file system encrypted it: not looked into";
    DiskFileCompressed "disk-file-compressed" "the file system compressed it, which is not unpacked: copy it out with another program, and scan that";
    DiskUnallocated "disk-unallocated" "what no file uses was not looked into, deleted files among it: search it by signatures";
    DiskUnallocatedCarved "disk-unallocated-carved" "what no file uses was searched by signatures alone: deleted files that do not stand in one piece were not found";
    CarvedOnly "carved-only" "it was searched by signatures alone: what does not stand in one piece was not found";
}
