# Indexes: header and section table.
damage-header-changed = تغيّرت الترويسة أو جدول الأقسام
damage-version-zero = لا وجود للإصدار 0 من الفهارس
damage-bytes-follow = { $extra ->
    [zero] { $extra } بايت
    [one] بايت واحد
    [two] بايتان
    [few] { $extra } بايتات
    [many] { $extra } بايتًا
   *[other] { $extra } بايت
} زيادة على بايتات الفهرس وعددها { $bytes }
damage-sections-too-many = عدد الأقسام { $sections }، وهو أكثر مما يتسع له الملف
damage-body-outside = ينتهي المتن خارج الملف
damage-digests-unfit = لا تملأ الملخصات آخر الملف
damage-section-missing = القسم { $section } مفقود
damage-mih-too-early = ليست في الإصدار 1 تجزئة متعددة الفهارس
damage-details-too-early = ليست في الإصدارات قبل 3 تفاصيل صور
damage-section-role = دور القسم { $ordinal } غير معروف
damage-section-type-unknown = نوع القسم { $ordinal } غير معروف
damage-section-type-wrong = القسم { $ordinal } ليس من نوع البصمات الصحيح
damage-section-reserved = في القسم { $ordinal } بايتات محجوزة غير صفرية
damage-section-order = القسم { $ordinal } في غير ترتيبه
damage-section-place = القسم { $ordinal } لا يلي سابقه داخل المتن
damage-section-count = عدد عناصر القسم { $ordinal } لا يوافق طوله
damage-section-trailing = تلي القسم الأخير بايتات
damage-table-missing = { $hash_type }: بصمات أو بدايات مدخلات أو مدخلات مفقودة
damage-table-disagrees = { $hash_type }: لا تتوافق البصمات وبدايات المدخلات والمدخلات
damage-tree-impossible = { $hash_type }: لا يمكن أن تكون شجرة BK لهذه البصمات
damage-mih-impossible = { $hash_type }: لا يمكن أن تكون التجزئة متعددة الفهارس لهذه البصمات
damage-details-impossible = { $hash_type }: لا يمكن أن تكون تفاصيل الصور لهذه المدخلات

# Indexes: bytes and elements.
damage-bytes-changed = تغيّرت البايتات من { $start } إلى { $end } منذ كتابتها
damage-bytes-outside = البايتات من { $start } إلى { $end } خارج المتن
damage-section-range = حجم القسم { $bytes ->
    [zero] { $bytes } بايت
    [one] بايت واحد
    [two] بايتان
    [few] { $bytes } بايتات
    [many] { $bytes } بايتًا
   *[other] { $bytes } بايت
}، وليست فيه بايتات من { $start } إلى { $end }
damage-elements = في { $section } { $count ->
    [zero] { $count } عنصر
    [one] عنصر واحد
    [two] عنصران
    [few] { $count } عناصر
    [many] { $count } عنصرًا
   *[other] { $count } عنصر
}، والمطلوب من { $start } إلى { $end }
damage-padding = البايتات قبل { $section } ليست صفرية

# Indexes: hashes, rows and records.
damage-hash-order = البصمة { $ordinal } من النوع { $hash_type } في غير ترتيبها
damage-hash-without-rows = لا مدخلة للبصمة { $ordinal } من النوع { $hash_type } بين المدخلات وعددها { $rows }
damage-hash-not-found = لا يجد بحث { $structure } البصمة { $hash }
damage-rows-too-large = تحتاج مدخلات { $hash } إلى أكثر من 1 GiB
damage-row-without-hash = المدخلة { $ordinal } من النوع { $hash_type } بلا بصمة
damage-row-without-list = المدخلة { $ordinal } من النوع { $hash_type } بلا قائمة
damage-row-without-source = المدخلة { $ordinal } من النوع { $hash_type } بلا مصدر
damage-row-without-metadata = المدخلة { $ordinal } من النوع { $hash_type } بلا بيانات وصفية
damage-source-missing = المصدر { $source } مفقود
damage-record-unreadable = لا سجل مقروءًا عند الموضع { $offset }
damage-record-count = { $found ->
    [zero] { $found } سجل
    [one] سجل واحد
    [two] سجلان
    [few] { $found } سجلات
    [many] { $found } سجلًا
   *[other] { $found } سجل
} بدلًا من { $expected }

# Indexes: BK-trees.
damage-tree-children = شجرة BK للنوع { $hash_type }: فروع في غير ترتيبها
damage-tree-distances = شجرة BK للنوع { $hash_type }: بصمة خارج مسافات عقدتها
damage-tree-repeats = شجرة BK للنوع { $hash_type }: بصمة مكررة
damage-tree-strays = شجرة BK للنوع { $hash_type }: بصمات لا تنتمي إلى أي عقدة
damage-tree-node = شجرة BK للنوع { $hash_type }: عقدة تتجاوز أصلها
damage-tree-root = شجرة BK للنوع { $hash_type }: العقدة الأولى ليست الجذر
damage-tree-depth = شجرة BK للنوع { $hash_type }: عمقها أكبر من المسموح

# Indexes: multi-index hashing.
damage-mih-bucket = ‏mih، الشريحة { $chunk }: الخانة { $bucket } من { $start } إلى { $end } من أصل { $postings ->
    [zero] { $postings } إحالة
    [one] إحالة واحدة
    [two] إحالتين
    [few] { $postings } إحالات
    [many] { $postings } إحالة
   *[other] { $postings } إحالة
}
damage-mih-buckets = ‏mih، الشريحة { $chunk }: خانات في غير ترتيبها
damage-mih-posting-order = ‏mih، الشريحة { $chunk }: إحالات في غير ترتيبها
damage-mih-postings = ‏mih، الشريحة { $chunk }: الإحالات ليست إحالات هذه البصمات
damage-mih-padding = ‏mih، الشريحة { $chunk }: البايتات بين أجزائها ليست صفرية
damage-mih-hash = ‏mih: لا وجود للبصمة { $ordinal } من أصل { $count }

# Details of pictures.
damage-details-picture = تفاصيل: الصورة { $ordinal } ليست لأي مدخلة أو ليست لها سمات خاصة بها
damage-details-order = تفاصيل: خانات أو إحالات ليست للسمات

# The audit of a store.
audit-end-not-a-record = في آخره سطر ليس سجلًا
audit-end-without-number = لا رقم في آخره
audit-line-too-long = السطر { $line }: أطول من المسموح
audit-not-a-record = السطر { $line }: ليس سجلًا
audit-chain = السطر { $line }: لا يلي السطر الذي قبله: غُيّر سجل أو حُذف أو دُسّ
audit-order = السطر { $line }: في غير ترتيبه
audit-record-missing = بُني الجيل { $generation } بعد السجل { $record } وهو مفقود: حُذفت سجلات

# The decisions of a store.
decisions-cut = قُطع: كان حجمه { $from } بالبايت وصار { $to }
decisions-too-large = حجمه { $bytes ->
    [zero] { $bytes } بايت
    [one] بايت واحد
    [two] بايتان
    [few] { $bytes } بايتات
    [many] { $bytes } بايتًا
   *[other] { $bytes } بايت
}، والحد { $limit }
decisions-not-a-decision = السطر { $line } ليس قرارًا
decisions-chain = السطر { $line } لا يلي سابقه، أو غُيّر
decisions-unknown = السطر { $line } ليس قرارًا معروفًا هنا
decisions-newer = السطر { $line } من إصدار أحدث
