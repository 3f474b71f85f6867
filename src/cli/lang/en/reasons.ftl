# Any file.

# Limits.

# Pictures of any format.
reason-frames-capped = { $frames ->
    [one] only the first frame was examined
   *[other] only the first { $frames } frames were examined
}

# JPEG.

# PNG, GIF, icons.

# JPEG XL, AVIF, camera raw.

# HEIF and HEVC.

# TIFF.

# Clips: containers.

# Clips: pictures.

# Pictures, clips and archives in other files.

# Archives of any kind.
reason-member-size = { $found ->
    [one] it has { $found } byte and not { $expected }
   *[other] it has { $found } bytes and not { $expected }
}

# Zip.
reason-zip-stray-bytes = { $bytes ->
    [one] { $bytes } byte belongs
   *[other] { $bytes } bytes belong
} to no member

# Tar.
