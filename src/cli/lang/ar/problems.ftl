# The command line.
problem-fail-on-nothing-alone = ‏--fail-on nothing لا يُجمع مع غيره
problem-csv-only = ‏--csv-separator و --bom لـ --format csv
problem-named-twice = { $path }: مذكور لغرضين
problem-output-over-list = { $output }: سيُكتب فوق { $list }؛ اختر موضعًا آخر
problem-output-in-store = { $output }: سيُكتب داخل المخزن { $store }؛ اختر موضعًا آخر
problem-output-among-lists = { $output }: سيُكتب بين القوائم في { $folder }؛ اختر موضعًا آخر
problem-output-in-scanned = { $output }: سيُكتب داخل ما يُفحص، { $folder }؛ اختر موضعًا آخر
problem-output-not-a-file = { $path }: موجود لكنه ليس ملفًا عاديًا؛ انقله
problem-not-regular-file = { $path }: ليس ملفًا عاديًا؛ سمِّ ملفًا، أو افحص المجلد
problem-picture-without-pixels = في الصورة بكسل واحد على الأقل؛ أعطِ عرضًا وارتفاعًا أكبر من 0
problem-not-a-result-line = ليس سطر نتائج ({ $message })؛ يكتب `basma scan --format jsonl` أسطرًا قابلة للقراءة
problem-thread-not-started = تعذّر بدء خيط تنفيذ: { $message }
problem-not-a-file-name = { $path }: ليس اسم ملف
problem-output-broken = تعذّرت كتابة المخرجات: { $message }
problem-temporary-broken = ملف مؤقت ليس كما كُتب: { $message }
problem-path-too-long = { $file }: المسار { $place } أطول مما يسمح به أي نظام
problem-path-zero-byte = { $file }: في المسار { $place } بايت صفري: هل تنتهي المسارات ببايتات صفرية (--null)؟
problem-path-not-utf8 = { $file }: المسار { $place } ليس بترميز UTF-8
problem-max-reject = «{ $text }» ليس عدد أسطر ولا نسبة من 0% إلى 100%
problem-sampling = «{ $text }» ليس keyframes ولا distinct ولا interval=SECONDS (من 0.001 إلى 86400) ولا all ولا vpdq=SECONDS (من 0 إلى 86400)
problem-pattern = { $pattern } ليس نمط أسماء أو مسارات: { $message }
problem-converter-unknown = { $path } ليس avifdec ولا heif-dec ولا heif-convert ولا ffmpeg
problem-threads-not-started = تعذّر بدء خيوط الفحص: { $message }
problem-radius-not-a-number = يلزم عدد من البتات
problem-radius-of-digest = { $hash_type } ملخص: مطابق أو لا شيء
problem-radius-too-large = أقصى ما يمكن أن يختلف { $most ->
    [zero] { $most } بت
    [one] بت واحد
    [two] بتّان
    [few] { $most } بتات
    [many] { $most } بتًّا
   *[other] { $most } بت
}
problem-separator = يلزم , أو ; أو tab
problem-size-not-a-number = يلزم عدد يليه K أو M أو G أو لا شيء
problem-size-too-large = كبير جدًا
problem-time-unreadable = وقت مثل 2027-01-31T00:00:00Z
problem-name-unknown = «{ $text }» غير معروف؛ المعروف: { $known }

# Hashes.
problem-hash-length = يلزم { $needed ->
    [zero] { $needed } محرف
    [one] محرف واحد
    [two] محرفان
    [few] { $needed } محارف
    [many] { $needed } محرفًا
   *[other] { $needed } محرف
} ست عشرية، وُجد منها { $found }
problem-hash-digit = المحرف «{ $digit }» في الموضع { $place } ليس رقمًا ست عشريًا
problem-lookup-line-too-long = { $place }: سطر أطول من أن يكون بصمة
problem-lookup-not-utf8 = { $place }: ليس بترميز UTF-8
problem-lookup-type-not-listed = { $place }: لا قائمة تحوي بصمات من النوع { $hash_type }
problem-lookup-no-type-fits = { $place }: لا قائمة تحوي بصمات من { $digits ->
    [zero] { $digits } محرف
    [one] محرف واحد
    [two] محرفين
    [few] { $digits } محارف
    [many] { $digits } محرفًا
   *[other] { $digits } محرف
}؛ اذكر النوع بصيغة TYPE:HASH
problem-lookup-types-fit = { $place }: قد يكون من النوع { $types }؛ اذكر النوع بصيغة TYPE:HASH

# Clips of vPDQ.
problem-vpdq-nothing = لم تُحسب بصمة أي فيديو، ولا ترتيب vPDQ يصلح فارغًا
problem-vpdq-one-clip = { $path }: يحوي هذا الترتيب مسار فيديو واحدًا، وقد كُتب غيره؛ أما --vpdq json فيحوي عدة
problem-vpdq-without-time = الصورة { $frame } بلا زمن يتطلبه هذا الترتيب
problem-vpdq-without-frames = فيديو بلا صور

# Scans and what they remember.
problem-lists-empty = القوائم بلا مدخلات: لا شيء يمكن أن يطابق
problem-types-not-listed = لا قائمة تحوي بصمات من النوع { $types }؛ في القوائم: { $listed }
problem-log-key = { $path }: ليس مفتاحًا: للمفتاح 32 بايتًا
problem-log-in-use = { $path }: يستعمله فحص آخر
problem-log-foreign = { $path }: ليس يومية فحص ولا ملف حفظ
problem-log-unusable = { $path }: غير صالح: { $message }
problem-log-in-use-by-scan = { $path }: يستعمله فحص
problem-log-not-a-file = { $path }: ليس ملفًا
problem-log-foreign-kept = { $path }: ليس يومية فحص ولا ملف حفظ، ولن يُمس
problem-log-is-cache = { $path }: ملف حفظ لا يومية؛ اذكر ملفًا آخر
problem-log-is-journal = { $path }: يومية لا ملف حفظ؛ اذكر ملفًا آخر
problem-log-of-other-settings = { $path }: يومية فحص بأنواع أو حدود أو خيارات أخرى؛ اذكر ملفًا آخر
problem-log-key-needed = { $path }: لا يحفظ المسارات: يلزم مفتاحه
problem-log-keeps-paths = { $path }: يحفظ المسارات؛ اذكر ملفًا آخر
problem-cluster-text = { $text }: ليس مجموعة؛ المجموعة c تليه 16 خانة ست عشرية
problem-whole-pictures-only = تُحسب بصمات 64 بتًّا من صور كاملة

# Lists and indexes.
problem-list-compiled = { $path }: مبني من قبل؛ ابنِ من القوائم النصية التي أُنشئ منها
problem-list-not-a-file = { $path }: في مجلد قوائم وليس ملفًا؛ اذكر المقصود أو انقله
problem-list-folder-empty = { $path }: لا قائمة في المجلد
problem-index-not-regular = ليس ملفًا عاديًا، فليس فهرسًا
problem-index-unreadable = الفهرس تالف أو من إصدار آخر ({ $message }): استعده من نسخة أو أعد بناءه من قوائمه
problem-index-missing-structure = ليس في الفهرس { $structure } لبصمات { $hash_type }؛ أعد بناءه به أو ابحث من دونه
problem-hit-of-another-index = { $hash } نتيجة من فهرس آخر

# Stores.
problem-store-without-lists = لا قوائم فيه بعد: شغّل `basma refresh`
problem-store-foreign = ليس مخزنًا؛ يُنشئ `basma refresh --init --store DIR` واحدًا
problem-store-newer = أنشأه إصدار أحدث من basma
problem-store-mark-damaged = ملفه { $file } تالف
problem-store-not-empty = موجود وليس فارغًا؛ يحتاج المخزن مجلدًا خاصًا به
problem-store-writable = يستطيع غيرك الكتابة فيه (mode { $mode }): ‏`chmod go= DIR`، أو اسمح به عبر --shared-store
problem-store-readable = يستطيع غيرك قراءته (mode { $mode }): ‏`chmod go= DIR`، أو اسمح به عبر --shared-store
problem-store-of-another = يملكه المستخدم { $owner } والمستخدم الحالي { $user }: نفّذ الأمر بصفة مالكه (`sudo -u #{ $owner }`)، أو اسمح به عبر --shared-store
problem-store-unusable = تعذّر استعمال جزء من المخزن ({ $message }): استعده من نسخة، أو `basma rollback` إلى جيل آخر
problem-store-decisions-full = بلغت القرارات فيه أقصاها: شغّل `basma refresh` ليدمجها
problem-store-list-unknown = لا قائمة «{ $name }» في المخزن؛ فيه: { $known }
problem-generation-not-kept = الجيل { $generation } غير محفوظ؛ المحفوظ: { $kept }
problem-generation-before-missing = لا جيل محفوظًا قبل هذا لم يُتراجع عنه؛ اذكر واحدًا، والمحفوظ: { $kept }
problem-generations-too-few = لا جيلين للمقارنة
problem-withdrawal-without-reason = للسحب سبب: اذكره
problem-not-withdrawn = «{ $text }» غير مسحوب من القائمة «{ $list }»، أو ليس بهذا الاسم: يعرض `basma audit` المسحوب
problem-not-listed = لا تحوي القائمة «{ $list }» ما يعنيه «{ $text }»: هل من خطأ في الكتابة؟ يسحبه --force مسبقًا
problem-decision-impossible = { $act }: قرار غير ممكن: لا تمثل البصمة شيئًا، كملف فارغ، أو أن نصًا يتجاوز ما تسمح به المدخلة
problem-item-unknown = «{ $item }»: ليس ملفًا ولا بصمة؛ البصمة HASH أو TYPE:HASH
problem-item-unclear = «{ $item }»: قد يكون من عدة أنواع؛ أعطه بصيغة TYPE:HASH
problem-item-empty = { $path }: فارغ، وسيطابق كل ملف فارغ
problem-item-without-hashes = { $path }: لا شيء يمكن إدراجه منه

# Refresh and its configuration.
problem-source-unknown = لا مصدر للقائمة «{ $name }»؛ الموجود: { $known }
problem-sources-none = لا يذكر sources.toml أي مصدر: لا شيء للتحديث
problem-override-without-reason = يُتجوّز الحارس لسبب: اذكره
problem-override-without-list = يُتجوّز الحارس لقوائم مسماة: اذكرها قبل --override
problem-source-never-fetched = القائمة «{ $list }»: يقول مصدرها إنه لم يتغير شيء، ولم يُجلب شيء قط
problem-snapshot-removals = { $location }: فيه عمليات سحب، والقائمة «{ $list }» معلنة snapshot تسحب بالإغفال: هل هي delta؟
problem-sources-toml = إعداد غير صالح: { $message }
