# Any file.
reason-file-empty = الملف فارغ
reason-format-unknown = ليس صورة بأي تنسيق معروف
reason-format-not-decoded = لا يُفك ترميز { $mime }
reason-format-not-built-in = لا يُفك ترميز { $mime }: بُني البرنامج من دون الميزة `{ $feature }`
reason-ffmpeg-needed = لا يُفك ترميز { $name } هنا: يفكه ffmpeg إن كان مثبتًا
reason-unreadable = تعذّرت القراءة: «{ $problem }»
reason-file-replaced = تعذّرت القراءة: لم يعد ملفًا عاديًا
reason-file-changed = تغيّر أثناء القراءة؛ أعد فحصه
reason-folder-loop = { $path } يعود إلى نفسه
reason-symbolic-link = رابط رمزي، لم يُتبع
reason-named-pipe = أنبوب مسمى، لم يُفتح
reason-socket = مقبس، لم يُفتح
reason-device = جهاز، لم يُفتح
reason-special-file = ملف خاص، لم يُفتح
reason-program-defect = فشل الفحص بسبب خلل في هذا البرنامج: يُرجى الإبلاغ عنه
reason-cancelled = أُلغيت المهمة قبل فحص الملف
reason-refused-by-system = لم يُفحص الملف: رفض النظام { $path }: «{ $problem }»
reason-examination-failed = لم يُفحص الملف بسبب خطأ من النوع «{ $code }»

# Limits.
reason-limit-pixels = { $found ->
    [zero] { $found } بكسل
    [one] بكسل واحد
    [two] بكسلان
    [few] { $found } بكسلات
    [many] { $found } بكسلًا
   *[other] { $found } بكسل
}، والحد { $limit }
reason-limit-side = { $found ->
    [zero] { $found } بكسل
    [one] بكسل واحد
    [two] بكسلان
    [few] { $found } بكسلات
    [many] { $found } بكسلًا
   *[other] { $found } بكسل
} في الضلع، والحد { $limit }
reason-limit-decoded-bytes = { $found ->
    [zero] { $found } بايت
    [one] بايت واحد
    [two] بايتان
    [few] { $found } بايتات
    [many] { $found } بايتًا
   *[other] { $found } بايت
} بعد فك الترميز، والحد { $limit }
reason-limit-file-bytes = حجم الملف { $found ->
    [zero] { $found } بايت
    [one] بايت واحد
    [two] بايتان
    [few] { $found } بايتات
    [many] { $found } بايتًا
   *[other] { $found } بايت
}، والحد { $limit }
reason-limit-decoding-time = { $found ->
    [zero] { $found } ملي ثانية
    [one] ملي ثانية واحدة
    [two] ملي ثانيتان
    [few] { $found } ملي ثوانٍ
    [many] { $found } ملي ثانية
   *[other] { $found } ملي ثانية
} لفك الترميز، والحد { $limit }
reason-limit-converted-bytes = حجم الصورة المحوَّلة { $found ->
    [zero] { $found } بايت
    [one] بايت واحد
    [two] بايتان
    [few] { $found } بايتات
    [many] { $found } بايتًا
   *[other] { $found } بايت
}، والحد { $limit }
reason-limit-boxes = { $found ->
    [zero] { $found } صندوق
    [one] صندوق واحد
    [two] صندوقان
    [few] { $found } صناديق
    [many] { $found } صندوقًا
   *[other] { $found } صندوق
}، والحد { $limit }
reason-limit-elements = { $found ->
    [zero] { $found } عنصر
    [one] عنصر واحد
    [two] عنصران
    [few] { $found } عناصر
    [many] { $found } عنصرًا
   *[other] { $found } عنصر
}، والحد { $limit }
reason-limit-description-bytes = حجم الوصف { $found ->
    [zero] { $found } بايت
    [one] بايت واحد
    [two] بايتان
    [few] { $found } بايتات
    [many] { $found } بايتًا
   *[other] { $found } بايت
}، والحد { $limit }
reason-limit-descriptions = { $found ->
    [zero] { $found } وصف
    [one] وصف واحد
    [two] وصفان
    [few] { $found } أوصاف
    [many] { $found } وصفًا
   *[other] { $found } وصف
} للصور، والحد { $limit }
reason-limit-coded-bytes = حجم الصورة المرمّزة { $found ->
    [zero] { $found } بايت
    [one] بايت واحد
    [two] بايتان
    [few] { $found } بايتات
    [many] { $found } بايتًا
   *[other] { $found } بايت
}، والحد { $limit }
reason-limit-coded-units = { $found ->
    [zero] { $found } وحدة
    [one] وحدة واحدة
    [two] وحدتان
    [few] { $found } وحدات
    [many] { $found } وحدة
   *[other] { $found } وحدة
} في صورة مرمّزة، والحد { $limit }
reason-limit-metadata-bytes = { $found ->
    [zero] { $found } بايت
    [one] بايت واحد
    [two] بايتان
    [few] { $found } بايتات
    [many] { $found } بايتًا
   *[other] { $found } بايت
} من البيانات الوصفية في سطر، والحد { $limit }
reason-limit-sources = { $found ->
    [zero] { $found } مصدر
    [one] مصدر واحد
    [two] مصدران
    [few] { $found } مصادر
    [many] { $found } مصدرًا
   *[other] { $found } مصدر
}، والحد { $limit }
reason-limit-lists = { $found ->
    [zero] { $found } قائمة
    [one] قائمة واحدة
    [two] قائمتان
    [few] { $found } قوائم
    [many] { $found } قائمة
   *[other] { $found } قائمة
}، والحد { $limit }
reason-limit-lines = { $found ->
    [zero] { $found } سطر
    [one] سطر واحد
    [two] سطران
    [few] { $found } أسطر
    [many] { $found } سطرًا
   *[other] { $found } سطر
}، والحد { $limit }
reason-limit-rows = { $found ->
    [zero] { $found } مدخلة
    [one] مدخلة واحدة
    [two] مدخلتان
    [few] { $found } مدخلات
    [many] { $found } مدخلة
   *[other] { $found } مدخلة
} من نوع بصمات واحد، والحد { $limit }
reason-limit-hashes = { $found ->
    [zero] { $found } بصمة
    [one] بصمة واحدة
    [two] بصمتان
    [few] { $found } بصمات
    [many] { $found } بصمة
   *[other] { $found } بصمة
} من نوع واحد، والحد { $limit }
reason-limit-features = { $found ->
    [zero] { $found } سمة موضعية
    [one] سمة موضعية واحدة
    [two] سمتان موضعيتان
    [few] { $found } سمات موضعية
    [many] { $found } سمة موضعية
   *[other] { $found } سمة موضعية
}، والحد { $limit }
reason-limit-withdrawals = { $found ->
    [zero] { $found } عملية سحب
    [one] عملية سحب واحدة
    [two] عمليتا سحب
    [few] { $found } عمليات سحب
    [many] { $found } عملية سحب
   *[other] { $found } عملية سحب
}، والحد { $limit }

# Pictures of any format.
reason-picture-without-pixels = لا تحوي الصورة أي بكسل
reason-picture-not-begun = ينتهي الملف قبل بداية الصورة
reason-picture-cut = ينتهي الملف قبل نهاية الصورة
reason-picture-too-flat = صورة متجانسة لا تُميَّز عن غيرها: الجودة { $quality }، والمطلوب { $needed }
reason-frames-capped = { $frames ->
    [zero] لم يُفحص أي إطار
    [one] لم يُفحص إلا الإطار الأول
    [two] لم يُفحص إلا أول إطارين
    [few] لم يُفحص إلا أول { $frames } إطارات
    [many] لم يُفحص إلا أول { $frames } إطارًا
   *[other] لم يُفحص إلا أول { $frames } إطار
}
reason-picture-broken = صورة تالفة: «{ $message }»
reason-picture-not-supported = لا يدعم مفكك الترميز هذه الصورة: «{ $message }»
reason-decoder-panicked = توقف مفكك الترميز: «{ $message }»
reason-memory-short = لم تكف الذاكرة لفك الترميز؛ أعد فحصه حين يتوفر منها المزيد
reason-color-profile-unreadable = تعذّرت قراءة ملف تعريف الألوان، وقد تعرض برامج العرض صورة أخرى؛ انظر إليها
reason-color-profile-too-large = ملف تعريف الألوان أكبر من أن يُطبَّق، وقد تعرض برامج العرض صورة أخرى؛ انظر إليها
reason-color-profile-of-inks = ملف تعريف الأحبار بعيد عن مزجها البسيط، وقد تعرض برامج العرض صورة أخرى؛ انظر إليها
reason-color-profile-broken = ملف تعريف الألوان تالف، وقد تعرض برامج العرض صورة أخرى؛ انظر إليها
reason-color-profile-unknown = ملف تعريف الألوان تالف أو من نوع غير معروف، وقد تعرض برامج العرض صورة أخرى؛ انظر إليها
reason-avif-colors-not-managed = لا تُدار ألوان AVIF، وقد تعرض برامج العرض صورة أخرى؛ انظر إليها

# JPEG.
reason-jpeg-lossless = ‏JPEG بترميز بلا فقد: لا يُفك ترميزه
reason-jpeg-hierarchical = ‏JPEG بترميز هرمي: لا يُفك ترميزه
reason-jpeg-arithmetic-coding = ‏JPEG بترميز حسابي: لا يُفك ترميزه
reason-jpeg-lossless-arithmetic = ‏JPEG بترميز حسابي بلا فقد: لا يُفك ترميزه
reason-jpeg-hierarchical-arithmetic = ‏JPEG بترميز حسابي هرمي: لا يُفك ترميزه
reason-jpeg-twelve-bits = ‏JPEG بعينات من 12 بتًّا: لا يُفك ترميزه
reason-jpeg-sample-bits = ‏JPEG بعينات ليست من 8 بتات: لا يُفك ترميزه
reason-jpeg-components = ‏JPEG بعدد ألوان غير 1 أو 3 أو 4: لا يُفك ترميزه
reason-jpeg-fractional-sampling = ‏JPEG بتقليل عينات كسري: لا يُفك ترميزه
reason-jpeg-without-picture = ‏JPEG: ينتهي الملف قبل بداية الصورة
reason-jpeg-second-picture = ‏JPEG: تبدأ صورة ثانية داخله
reason-jpeg-second-frame-header = ‏JPEG: فيه ترويسة صورة ثانية
reason-jpeg-without-frame-header = ‏JPEG: ترويسة الصورة مفقودة
reason-jpeg-frame-header-cut = ‏JPEG: ترويسة الصورة مبتورة
reason-jpeg-frame-header-length = ‏JPEG: طول ترويسة الصورة خاطئ
reason-jpeg-frame-header-broken = ‏JPEG: ترويسة الصورة تالفة
reason-jpeg-scan-header-broken = ‏JPEG: ترويسة تمريرة تالفة
reason-jpeg-table-missing = ‏JPEG: جدول تحتاجه البيانات مفقود
reason-jpeg-table-broken = ‏JPEG: جدول تالف
reason-jpeg-segment-length = ‏JPEG: مقطع بلا طول
reason-jpeg-without-pixels = ‏JPEG: لا يحوي أي بكسل
reason-jpeg-data-broken = ‏JPEG: البيانات تالفة
reason-jpeg-broken-inside = الصورة تالفة من الداخل
reason-jpeg-sent-twice = أُرسلت الصورة مرتين، ولم تُفحص إلا الأولى

# PNG, GIF, icons.
reason-png-without-header = ‏PNG: الترويسة مفقودة
reason-png-animation-cut = ‏PNG: ينتهي الملف قبل نهاية الرسوم المتحركة
reason-gif-without-frame = لا إطار فيه
reason-icon-without-picture = لا صورة فيه
reason-icon-picture-cut = ينتهي الملف قبل نهاية إحدى الصور

# JPEG XL, AVIF, camera raw.
reason-jxl-colors = ‏JPEG XL ليس رماديًا ولا RGB: لا يُفك ترميزه
reason-jxl-broken = ‏JPEG XL: «{ $message }»
reason-avif-without-converter = لا يُفك ترميز image/avif هنا: ثبّت avifdec أو ffmpeg واذكره محوِّلًا لـ AVIF
reason-converter-failed = ‏image/avif: { $program }: «{ $problem }»
reason-converter-rejected = لم يستخرج { $program } منه شيئًا: «{ $status }»
reason-raw-without-preview = لا يُفك ترميز صور الكاميرا الخام، ولا معاينة بشكلها يبلغ ضلعها { $side ->
    [zero] { $side } بكسل
    [one] بكسل واحد
    [two] بكسلين
    [few] { $side } بكسلات
    [many] { $side } بكسلًا
   *[other] { $side } بكسل
}؛ حوّلها إلى JPEG أو TIFF

# HEIF and HEVC.
reason-hevc-not-supported = ‏HEVC، غير مدعوم: «{ $message }»
reason-hevc-broken = ‏HEVC، تالف: «{ $message }»
reason-heif-not-supported = ‏HEIF، غير مدعوم: «{ $message }»
reason-heif-broken = ‏HEIF، تالف: «{ $message }»
reason-heif-item-type = صورة HEIF من النوع { $kind }: لا يُفك ترميزها
reason-heif-derived-twice = صورة HEIF مشتقة من صورة مشتقة: لا يُفك ترميزها
reason-heif-sequence-alone = تسلسل HEIF بلا صورة ثابتة: لا يُفك ترميزه
reason-heif-grid-codec = شبكة قطع ليست بترميز HEVC
reason-heif-grid-turned = شبكة قطع مدارة أو مقصوصة
reason-heif-grid-empty = ‏HEIF: شبكة بلا قطع، أو بقطع بلا حجم
reason-heif-grid-count = ‏HEIF: عدد القطع لا يوافق الشبكة
reason-heif-grid-sizes = ‏HEIF: شبكة قطع بأحجام مختلفة
reason-heif-without-description = ‏HEIF: لا وصف للصور
reason-heif-data-cut = ‏HEIF: ينتهي الملف قبل نهاية بيانات الصور
reason-heif-derived-source = ‏HEIF: صورة مشتقة بلا مصدر واحد
reason-heif-overlay-cut = ‏HEIF: تراكب مبتور
reason-heif-without-parameters = ‏HEIF: صورة مرمّزة بلا معاملاتها
reason-heif-crop-fraction = ‏HEIF: قص بكسر مقامه صفر
reason-heif-crop-empty = ‏HEIF: قص لا يُبقي شيئًا

# TIFF.
reason-tiff-compression = ‏TIFF مضغوط بـ { $name } ({ $number }): لا يُفك ترميزه
reason-tiff-compression-unknown = ‏TIFF مضغوط بالطريقة غير المعروفة { $number }: لا يُفك ترميزه
reason-tiff-colors = ‏TIFF بألوان رقمها { $number }: لا يُفك ترميزه
reason-tiff-palette = ‏TIFF بلوحة تزيد على 256 لونًا: لا يُفك ترميزه
reason-tiff-lab = ‏TIFF بألوان Lab وعينات كهذه: لا يُفك ترميزه
reason-tiff-logluv = ‏TIFF بألوان LogLuv: لا يُفك ترميزه
reason-tiff-sensor = ‏TIFF بعينات مستشعر: لا يُفك ترميزه
reason-tiff-old-jpeg = ‏TIFF فيه JPEG بترتيب TIFF 6.0: لا يُفك ترميزه
reason-tiff-samples = ‏TIFF في بكسله عدد كبير جدًا من العينات: لا يُفك ترميزه
reason-tiff-sample-lengths = ‏TIFF بعينات مختلفة الأطوال: لا يُفك ترميزه
reason-tiff-signed = ‏TIFF بعينات ذات إشارة: لا يُفك ترميزه
reason-tiff-fractions = ‏TIFF بعينات كسرية لهذه الألوان: لا يُفك ترميزه
reason-tiff-sample-length = ‏TIFF بعينات من هذا الطول: لا يُفك ترميزه
reason-tiff-fax-bits = ‏TIFF بترميز الفاكس وأكثر من بت للبكسل: لا يُفك ترميزه
reason-tiff-jpeg-bits = ‏TIFF فيه JPEG ليس من 8 بتات: لا يُفك ترميزه
reason-tiff-prediction = ‏TIFF بتنبؤ لعينات كهذه: لا يُفك ترميزه
reason-tiff-subsampling = ‏TIFF بألوان مقلَّلة العينات لعينات كهذه: لا يُفك ترميزه
reason-tiff-lossless-jpeg = ‏TIFF فيه JPEG بلا فقد: لا يُفك ترميزه
reason-tiff-without-order = ‏TIFF: لا تذكر الترويسة ترتيب البايتات
reason-tiff-page-cut = ‏TIFF: ينتهي الملف قبل بداية صفحة
reason-tiff-without-page = ‏TIFF: لا صفحة فيه
reason-tiff-page-size = ‏TIFF: صفحة بلا حجم
reason-tiff-page-colors = ‏TIFF: صفحة عيناتها أقل مما تتطلبه ألوانها
reason-tiff-palette-cut = ‏TIFF: لوحة ألوانها أقل من أرقامها
reason-tiff-page-subsampling = ‏TIFF: صفحة بتقليل عينات مستحيل
reason-tiff-tile-size = ‏TIFF: قطع بلا حجم
reason-tiff-chunk-missing = ‏TIFF: شريط أو قطعة مفقودة
reason-tiff-chunk-cut = ‏TIFF: ينتهي الملف قبل نهاية شريط أو قطعة
reason-tiff-chunk-empty = ‏TIFF: شريط أو قطعة فارغة
reason-tiff-chunk-broken = ‏TIFF: شريط أو قطعة تالفة من الداخل
reason-tiff-chunk-short = ‏TIFF: شريط أو قطعة أقصر من الحجم المعلن
reason-tiff-page-empty = ‏TIFF: صفحة لا يُفك ترميز شيء منها
reason-tiff-jpeg-samples = ‏TIFF: JPEG عيناته أقل من عينات صفحته
reason-tiff-jpeg-broken = ‏TIFF: JPEG تالف: «{ $message }»

# Clips: containers.
reason-container-not-read = لا يُقرأ { $mime } هنا
reason-container-cut = ينتهي الملف قبل أن يبيّن محتواه
reason-clip-without-video = لا مسار فيديو فيه
reason-clip-without-pictures = ينتهي الملف قبل أول صورة فيه
reason-clip-cut = ينتهي الملف قبل نهاية الفيديو
reason-clip-picture-kind = صورة ليست من أي نوع معروف
reason-clip-picture-size = صورة حجمها بالبايت غير ممكن
reason-clip-encrypted = الصور مشفّرة
reason-clip-too-few-pictures = لا يُفك هنا إلا ترميز الصور المفتاحية للفيديو، وهي قليلة جدًا: يفك ffmpeg بقيتها إن كان مثبتًا
reason-clip-not-handed-over = تعذّر تسليم { $mime } إلى مفكك ترميزه: «{ $problem }»
reason-mp4-without-index = ينتهي الملف قبل فهرسه (moov)
reason-mp4-not-a-box = ما يلي الفهرس ليس صندوقًا
reason-mp4-index-compressed = فهرس الفيديو مضغوط
reason-mp4-index-cut = فهرس الفيديو ناقص
reason-mp4-box-too-small = الصندوق «{ $name }» أصغر من ترويسته
reason-mp4-configuration-size = إعداد مفكك ترميز بحجم ميغابايت
reason-mp4-size-bits = أحجام من { $bits ->
    [zero] { $bits } بت
    [one] بت واحد
    [two] بتّين
    [few] { $bits } بتات
    [many] { $bits } بتًّا
   *[other] { $bits } بت
}
reason-mp4-fragment-cut = قائمة صور أحد الأجزاء ناقصة
reason-mp4-fragment-empty = صور بلا بايتات
reason-matroska-not-an-element = بايتات ليست عنصرًا من Matroska
reason-matroska-element-too-long = عنصر Matroska طويل جدًا
reason-matroska-fraction = عدد كسري من { $size ->
    [zero] { $size } بايت
    [one] بايت واحد
    [two] بايتين
    [few] { $size } بايتات
    [many] { $size } بايتًا
   *[other] { $size } بايت
}
reason-matroska-block-too-small = كتلة أصغر من صورها

# Clips: pictures.
reason-codec-not-built-in = لا يُفك ترميز { $codec } هنا: بُني البرنامج من دون الميزة `{ $feature }`؛ يفكه ffmpeg إن كان مثبتًا
reason-h264-not-chosen = لا يُفك ترميز H.264 هنا: اذكر عملية تفكه، أو الفك في هذه العملية، أو ffmpeg
reason-h264-depth = لا يُفك هنا ترميز H.264 بأكثر من 8 بتات: يفكه ffmpeg إن كان مثبتًا
reason-h264-chroma = لا يُفك هنا ترميز H.264 بألوان تفوق 4:2:0: يفكه ffmpeg إن كان مثبتًا
reason-h264-fields = لا يُفك هنا ترميز H.264 المتشابك: يفكه ffmpeg إن كان مثبتًا
reason-not-a-keyframe = صورة { $codec } تعتمد على صور أخرى
reason-configuration-broken = إعداد { $codec } تالف
reason-keyframe-broken = صورة مفتاحية { $codec } تالفة
reason-keyframe-cut = صورة { $codec } مبتورة
reason-h264-parameters-broken = مجموعة معاملات H.264 تالفة
reason-h264-without-parameters = صورة H.264 بلا مجموعات معاملات
reason-h264-broken = ‏H.264، تالف: «{ $message }»
reason-h264-not-whole = ‏H.264: الصورة ناقصة
reason-h264-half-row = ‏H.264: صف غير مكتمل
reason-codec-panicked = ‏{ $codec }: توقف مفكك الترميز
reason-worker-not-started = ‏H.264: تعذّر تشغيل { $program }: «{ $problem }»
reason-worker-signal = ‏H.264: انهار مفكك الترميز بسببه: الإشارة { $signal }
reason-worker-exit = ‏H.264: انهار مفكك الترميز بسببه: «{ $status }»
reason-worker-answer = ‏H.264: لم يعط مفكك الترميز جوابًا صالحًا
reason-worker-silent = ‏H.264: لم يعد مفكك الترميز يجيب
reason-sandbox-not-started = ‏تعذّر تشغيل العملية التي تفتح الملفات: { $program }: «{ $problem }»
reason-sandbox-needs-file = ‏لا يمكن تشغيل العملية التي تفتح الملفات دون { $path }: «{ $problem }»؛ أتِح ‎/proc و‎/dev/null للحاوية أو لبيئة chroot
reason-sandbox-not-handed-over = ‏تعذّر تسليم الملف إلى العملية التي تفتحه: «{ $problem }»
reason-sandbox-signal = ‏انهارت العملية التي كانت تفتح الملف بسببه: الإشارة { $signal }
reason-sandbox-exit = ‏انهارت العملية التي كانت تفتح الملف بسببه: «{ $status }»
reason-sandbox-answer = ‏لم تعطِ العملية التي كانت تفتح الملف جوابًا صالحًا
reason-sandbox-silent = ‏لم تعد العملية التي كانت تفتح الملف تجيب
reason-ffmpeg-failed = فشل { $program }: «{ $problem }»
reason-ffmpeg-unusable = لا يصلح { $program } بدل ffmpeg: «{ $problem }»
reason-ffmpeg-without-version = لا يصلح { $program } بدل ffmpeg: لا يذكر إصداره
reason-ffmpeg-without-picture = لم يجد ffmpeg فيه أي صورة
reason-ffmpeg-exit = انتهى ffmpeg: «{ $status }»
reason-ffmpeg-message = أفاد ffmpeg: «{ $message }»
reason-ffmpeg-output = كتب ffmpeg ما لم يُطلب منه
reason-frame-rate-unknown = متوسط معدل الصور غير معروف

# Pictures, clips and archives in other files.
reason-parts-too-many = يحوي أكثر من { $limit } من الصور ومقاطع الفيديو والأرشيفات: لم يُفحص الباقي
reason-parts-too-many-beginnings = فيه بدايات كثيرة جدًا لصور ومقاطع فيديو وأرشيفات: لم تُفحص كلها
reason-parts-too-far-outside = أكثر من { $limit ->
    [zero] { $limit } بايت
    [one] بايت واحد
    [two] بايتين
    [few] { $limit } بايتات
    [many] { $limit } بايتًا
   *[other] { $limit } بايت
} خارج بنيته: لم يُفحص الباقي
reason-parts-boxes = فيه أكثر من { $limit ->
    [zero] { $limit } صندوق
    [one] صندوق واحد
    [two] صندوقين
    [few] { $limit } صناديق
    [many] { $limit } صندوقًا
   *[other] { $limit } صندوق
}: لم يُفحص الباقي
reason-parts-elements = فيه أكثر من { $limit ->
    [zero] { $limit } عنصر
    [one] عنصر واحد
    [two] عنصرين
    [few] { $limit } عناصر
    [many] { $limit } عنصرًا
   *[other] { $limit } عنصر
}: لم يُفحص الباقي
reason-parts-indexes = فيه أكثر من { $limit ->
    [zero] { $limit } فهرس
    [one] فهرس واحد
    [two] فهرسين
    [few] { $limit } فهارس
    [many] { $limit } فهرسًا
   *[other] { $limit } فهرس
}: لم تُفحص كلها
reason-parts-tables = جداوله كبيرة جدًا: لم يُفحص كله
reason-parts-text-too-long = نص فيه أطول من { $limit ->
    [zero] { $limit } بايت
    [one] بايت واحد
    [two] بايتين
    [few] { $limit } بايتات
    [many] { $limit } بايتًا
   *[other] { $limit } بايت
}: لم يُفحص الباقي
reason-parts-text-not-built-in = لم يُفحص نص مضغوط فيه: بُني البرنامج من دون الميزة `archives`

# Archives of any kind.
reason-archive-unpacked = يتجاوز الأرشيف بعد فك ضغطه { $limit ->
    [zero] { $limit } بايت
    [one] بايت واحد
    [two] بايتين
    [few] { $limit } بايتات
    [many] { $limit } بايتًا
   *[other] { $limit } بايت
}
reason-archive-members = فيه أكثر من { $limit ->
    [zero] { $limit } عضو
    [one] عضو واحد
    [two] عضوين
    [few] { $limit } أعضاء
    [many] { $limit } عضوًا
   *[other] { $limit } عضو
}
reason-archive-depth = الأرشيفات متداخلة على أكثر من { $limit ->
    [zero] { $limit } مستوى
    [one] مستوى واحد
    [two] مستويين
    [few] { $limit } مستويات
    [many] { $limit } مستوى
   *[other] { $limit } مستوى
}
reason-carrier-depth = صور ومقاطع فيديو تحوي غيرها على أكثر من { $limit ->
    [zero] { $limit } مستوى
    [one] مستوى واحد
    [two] مستويين
    [few] { $limit } مستويات
    [many] { $limit } مستوى
   *[other] { $limit } مستوى
}
reason-archive-window = يتطلب فك ضغطه نافذة أكبر من المسموح، أو ذاكرة أكثر من المتاح
reason-archive-not-built-in = لم يُفحص الأرشيف: بُني البرنامج من دون الميزة `archives`
reason-archive-header = فيه ترويسة تالفة: لم يُقرأ كله كما ينبغي
reason-archive-volume = هو جزء من عدة أجزاء: لم يُفحص ما يستمر في جزء آخر؛ اجمعها أولاً
reason-disc-udf = في الصورة شجرة UDF أيضًا، وهي لا تُقرأ: ما تسميه وحدها بُحث عنه بالتوقيعات
reason-rar-not-opened = لا يُفتح rar هنا: فك ضغطه ببرنامج آخر، ثم افحص المجلد
reason-rar-volume = جزء من عدة أجزاء rar، وهو لا يُفتح هنا: فك ضغطها ببرنامج آخر، ثم افحص المجلد
reason-volume-by-name = اسمه اسم جزء من عدة أجزاء: اجمعها أو فك ضغطها، ثم افحص الناتج
reason-member-too-large = يتجاوز { $limit ->
    [zero] { $limit } بايت
    [one] بايت واحد
    [two] بايتين
    [few] { $limit } بايتات
    [many] { $limit } بايتًا
   *[other] { $limit } بايت
}
reason-member-too-large-within = يتجاوز { $limit ->
    [zero] { $limit } بايت
    [one] بايت واحد
    [two] بايتين
    [few] { $limit } بايتات
    [many] { $limit } بايتًا
   *[other] { $limit } بايت
} مع الأرشيفات التي تحويه
reason-member-exceeds-claim = يتجاوز بعد فك ضغطه حجمه المعلن بكثير: قُطع عند { $limit ->
    [zero] { $limit } بايت
    [one] بايت واحد
    [two] بايتين
    [few] { $limit } بايتات
    [many] { $limit } بايتًا
   *[other] { $limit } بايت
}
reason-member-path-too-long = مساره أطول من { $limit ->
    [zero] { $limit } بايت
    [one] بايت واحد
    [two] بايتين
    [few] { $limit } بايتات
    [many] { $limit } بايتًا
   *[other] { $limit } بايت
}
reason-member-cut = ينتهي قبل نهاية محتواه
reason-member-broken = تعذّر فك ضغطه: «{ $message }»
reason-member-trailing-data = تلي البيانات المضغوطة بيانات أخرى
reason-member-checksum = مجموعه الاختباري خاطئ
reason-member-size = حجمه { $found ->
    [zero] { $found } بايت
    [one] بايت واحد
    [two] بايتان
    [few] { $found } بايتات
    [many] { $found } بايتًا
   *[other] { $found } بايت
} بدلًا من { $expected }
reason-member-lzma-header = ترويسة LZMA ليست صحيحة
reason-member-forgotten = فُقدت البيانات المحفوظة عنه؛ أعد فحصه
reason-member-symbolic-link = رابط رمزي: { $target }
reason-member-hard-link = رابط إلى ملف آخر: { $target }
reason-member-device = جهاز
reason-member-folder = مجلد
reason-member-pipe = أنبوب
reason-member-deletion = علامة على ملف محذوف

# كلمات المرور.
reason-password-none-fits = مشفّر: لا تفتحه أي من كلمات المرور
reason-password-attempts = مشفّر: { $tried ->
    [zero] لم تُجرّب أي كلمة مرور
    [one] جُرّبت كلمة مرور واحدة دون نجاح
    [two] جُرّبت كلمتا مرور دون نجاح
    [few] جُرّبت { $tried } كلمات مرور دون نجاح
    [many] جُرّبت { $tried } كلمة مرور دون نجاح
   *[other] جُرّبت { $tried } كلمة مرور دون نجاح
}، وتجربة المزيد تستغرق وقتًا طويلًا

# Zip.
reason-zip-encrypted = مشفّر: لم يُفحص
reason-zip-method = مضغوط بـ { $name } وهو غير مدعوم
reason-zip-method-unknown = مضغوط بالطريقة غير المعروفة { $number }
reason-zip-without-directory = لا دليل له: يُعثر على الأعضاء من ترويساتها
reason-zip-directory-too-large = دليله أكبر من { $limit ->
    [zero] { $limit } بايت
    [one] بايت واحد
    [two] بايتين
    [few] { $limit } بايتات
    [many] { $limit } بايتًا
   *[other] { $limit } بايت
}
reason-zip-directory-count = لا يحوي دليله عدد الأعضاء المعلن
reason-zip-member-missing = لا عضو حيث يشير الدليل
reason-zip-member-unlisted = فيه عضو لا يذكره دليله
reason-zip-member-renamed = لأحد الأعضاء اسم غير ما في الدليل
reason-zip-member-stored-otherwise = يختلف عضو والدليل في طريقة التخزين
reason-zip-members-overlap = أعضاء متداخلة
reason-zip-stray-bytes = { $bytes ->
    [zero] { $bytes } بايت
    [one] بايت واحد
    [two] بايتان
    [few] { $bytes } بايتات
    [many] { $bytes } بايتًا
   *[other] { $bytes } بايت
} خارج كل الأعضاء
reason-zip-margins-too-large = بيانات كثيرة خارج الأعضاء: لم تُفحص كلها
reason-archive-changed = تغيّر أثناء القراءة

# 7z.
reason-sevenzip-cut = دليله بعد نهايته: إنه مقطوع، أو الأول من عدة أجزاء يجب جمعها أولًا
reason-sevenzip-header = دليله تالف: ما بعد ذلك فُحص بالتواقيع وحدها
reason-sevenzip-header-checksum = المجموع الاختباري لدليله خاطئ
reason-sevenzip-header-too-large = دليله أكبر من { $limit ->
    [zero] { $limit } بايت
    [one] بايت واحد
    [two] بايتين
    [few] { $limit } بايتات
    [many] { $limit } بايتًا
   *[other] { $limit } بايت
}
reason-sevenzip-content-missing = لا محتوى له في الأرشيف
reason-sevenzip-method = مضغوط بـ { $name } وهو غير مدعوم
reason-sevenzip-encrypted = مشفّر: لم يُفحص

# Tar.
reason-tar-not-a-header = كتلة ليست ترويسة عضو
reason-tar-header-checksum = المجموع الاختباري لترويسة خاطئ
reason-tar-announced-missing = ينتهي قبل العضو المعلن
reason-tar-extended-too-long = ترويسة موسعة طويلة جدًا
reason-tar-extended-broken = ترويسة موسعة تالفة
reason-tar-global-ignored = تُهمَل المسارات والأحجام في ترويسة عامة
reason-tar-sparse-map = خريطة ملف متناثر تالفة: قُرئ من دونها
reason-tar-hard-link-with-content = يعلن أنه رابط إلى ملف آخر، وله محتوى
reason-tar-symbolic-link-with-content = يعلن أنه رابط رمزي، وله محتوى
reason-tar-device-with-content = يعلن أنه جهاز، وله محتوى
reason-tar-folder-with-content = يعلن أنه مجلد، وله محتوى
reason-tar-pipe-with-content = يعلن أنه أنبوب، وله محتوى
reason-tar-label-with-content = يعلن أنه وسم، وله محتوى

# Mail.
reason-mail-cut = تنتهي رسالة قبل نهاية جزئها الأخير
reason-mail-depth = الأجزاء والرسائل متداخلة على أكثر من { $limit ->
    [zero] { $limit } مستوى
    [one] مستوى واحد
    [two] مستويين
    [few] { $limit } مستويات
    [many] { $limit } مستوى
   *[other] { $limit } مستوى
}
reason-mail-encrypted = الرسالة مشفّرة: لم تُفحص أجزاؤها
reason-mail-field-too-long = حقل في ترويسة أطول من { $limit ->
    [zero] { $limit } بايت
    [one] بايت واحد
    [two] بايتين
    [few] { $limit } بايتات
    [many] { $limit } بايتًا
   *[other] { $limit } بايت
}: لم يُقرأ باقيه

# PDF.
reason-pdf-encrypted = المستند مشفّر: لم تُفحص تدفقاته
reason-pdf-encryption-unclear = ليس واضحًا هل المستند مشفّر: قُرئت تدفقاته كما هي، أو بالطريقتين
reason-pdf-filter = صورة مضغوطة بـ { $name }، وهو غير مدعوم
reason-pdf-colors = صورة بألوان من نوع { $name }، وهي لا تُقرأ
reason-pdf-picture-size = صورة بلا مقاس، أو بعيّنات ذات طول مستحيل
reason-pdf-stream-too-large = يُفك ضغط تدفق إلى أكثر من { $limit ->
    [zero] { $limit } بايت
    [one] بايت واحد
    [two] بايتين
    [few] { $limit } بايتات
    [many] { $limit } بايتًا
   *[other] { $limit } بايت
}: لم يُفحص الباقي
reason-pdf-objects = فيه أكثر من { $limit ->
    [zero] { $limit } كائن
    [one] كائن واحد
    [two] كائنين
    [few] { $limit } كائنات
    [many] { $limit } كائنًا
   *[other] { $limit } كائن
}: لم يُفحص الباقي
reason-pdf-too-much = كائناته كبيرة جدًا أو متداخلة: لم تُفحص كلها

# Stores of thumbnails, and compound files of Microsoft.
reason-compound-broken = جداوله تالفة: لم تُفحص كل تدفقاته
reason-compound-streams = فيه أكثر من { $limit ->
    [zero] { $limit } تدفق
    [one] تدفق واحد
    [two] تدفقين
    [few] { $limit } تدفقات
    [many] { $limit } تدفقًا
   *[other] { $limit } تدفق
}: لم يُفحص الباقي
reason-thumbcache-broken = لا يبدأ مدخل حيث ينتهي سابقه
reason-database-broken = صفحات من قاعدة البيانات تالفة أو تخص موضعين: لم تُقرأ كل صفوفها كما ينبغي
reason-database-elsewhere = بقيته في قاعدة البيانات التي هذا سجلّها: لم يُفحص الباقي
reason-web-cache-broken = سجلات الذاكرة المؤقتة غير متوافقة: قد يكون الرد أطول أو أقصر مما كان
reason-directory-too-large = جداوله أو أحد مجلداته أكبر من { $limit ->
    [zero] { $limit } بايت
    [one] بايت واحد
    [two] بايتين
    [few] { $limit } بايتات
    [many] { $limit } بايتًا
   *[other] { $limit } بايت
}: لم يُفحص كله
reason-disk-partitions = جدول الأقسام تالف، أو تتداخل أقسام: قُرئ منها ما أمكن
reason-disk-file-system = قسم فيه { $name }، وهو لا يُقرأ: استخرجه ببرنامج آخر وافحص المجلد، أو ابحث فيه بالتوقيعات
reason-disk-file-system-unknown = قسم نظام ملفاته غير معروف: ابحث فيه بالتوقيعات
reason-disk-file-system-broken = نظام الملفات تالف: لم يُقرأ كله كما ينبغي
reason-disk-journal = لم يُغلق نظام الملفات كما ينبغي: ما في سجلّه وحده لم يُقرأ
reason-disk-file-encrypted = شفّره نظام الملفات: لم يُفحص
reason-disk-file-compressed = ضغطه نظام الملفات، ولا يُفك ضغطه هنا: انسخه ببرنامج آخر وافحص النسخة
reason-disk-unallocated = ما لا يستعمله أي ملف لم يُفحص، ومنه الملفات المحذوفة: ابحث فيه بالتوقيعات
reason-disk-unallocated-carved = ما لا يستعمله أي ملف بُحث فيه بالتوقيعات وحدها: الملفات المحذوفة غير المتصلة لم يُعثر عليها
reason-carved-only = بُحث فيه بالتواقيع وحدها: لم يُعثر على ما ليس قطعة واحدة
