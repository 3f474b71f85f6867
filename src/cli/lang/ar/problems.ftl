# The command line.
problem-script-one-file = يفحص ‎--script ملفًا واحدًا؛ حدد ملفًا
problem-fail-on-nothing-alone = ‏--fail-on nothing لا يُجمع مع غيره
problem-compared-with-itself = { $reference }: داخل { $path } أو العكس، وسيطابق نفسه؛ يبحث `basma duplicates` عن نسخ في مجلد واحد
problem-serve-clamd-reachable = { $address }: تصل إليه أجهزة أخرى، وبروتوكول clamd بلا تحقق من الهوية؛ حدد عنوان الجهاز نفسه أو مقبسًا
problem-serve-clamd-place = ليس «{ $text }» عنوانًا للجهاز نفسه مع منفذ ولا مسارًا لمقبس
problem-serve-not-built-in = لا يستطيع هذا الإصدار من basma تقديم الخدمة: بُني دون الميزة `serve`
problem-review-in-use = عملية أخرى تستعمل قائمة انتظار المراجعة: أوقف تلك الخدمة أولًا
problem-service-runs = خدمة تستعمل محتويات هذا المستودع ولا تجيب: أوقف تلك الخدمة أولًا
problem-service-undone = لم تستطع الخدمة الجارية محو ما لديها: يذكر سجلها السبب؛ عالج ذلك أو أوقف الخدمة ثم اسحب من جديد
problem-service-behind = قد تحتفظ خدمة جارية بما مُحي أو تجيب من قوائم أقدم: يذكر سجلها السبب؛ أوقف تلك الخدمة
problem-review-full = قائمة انتظار المراجعة ممتلئة: اتخذ القرارات ثم أوقف الخدمة وانقل هذا الملف
problem-review-damaged = السطر { $line } ليس سجلًا من سجلات المراجعة: انقل هذا الملف لتبدأ قائمة أخرى
problem-keys-damaged = { $path }: ليس ملف مفاتيح ({ $message })؛ يكتب `basma key` المفاتيح
problem-keys-writable = { $path }: يستطيع غير المالك الكتابة في ملف المفاتيح هذا؛ امنعه بالأمر `chmod go-w`
problem-key-name = لا يصلح «{ $name }» اسمًا لمفتاح: للاسم من 1 إلى 64 من الحروف اللاتينية أو الأرقام أو . _ @ -
problem-key-taken = يوجد مفتاح باسم «{ $name }»؛ اختر اسمًا آخر، أو احذف القديم من الملف
problem-listen-needs-keys = تصل أجهزة أخرى إلى { $address }: حدد ملف مفاتيح بالخيار --keys، وينشئه `basma key`، أو استمع على 127.0.0.1
problem-tls-broken = { $path }: لا يصلح لاستعمال TLS ({ $message })؛ حدد ملف PEM
problem-fetch-from = لا يسمّي «{ $text }» خادمًا: اكتب اسمًا، أو اسمًا مع منفذ، أو ‎.example.org لكل ما تحته من أسماء، أو *
problem-store-missing = { $path }: لا مستودع هنا؛ ينشئ `basma store init` مستودعًا هنا، ويحدد `--store` أو BASMA_STORE غيره
problem-store-unnamed = لم يُحدد مستودع، ولا يعيّن هذا النظام مجلدًا لبيانات البرامج؛ حدده باستعمال `--store` أو BASMA_STORE
problem-reference-empty = { $path }: ليس فيه صورة ولا فيديو للمقارنة؛ سمِّ صورة أو فيديو أو مجلدًا فيه منها
problem-csv-only = ‏--csv-separator و --bom لـ --format csv
problem-stdin-twice = ذُكر الدخل القياسي (-) مرتين ولا يُقرأ إلا مرة واحدة: اكتب أحدهما في ملف
problem-stdin-too-long = في الدخل القياسي (-) أكثر من { $limit } بايت: اكتبه في ملف ثم سمِّ الملف
problem-stdin-recorded = الدخل القياسي (-) ملف آخر في كل مرة، فلا يستطيع --journal و--cache تذكره: اكتبه في ملف ثم سمِّ الملف
problem-convert-loses = لا مكان لكل ذلك في { $format }: احذف --strict لكتابة الباقي، أو اختر jsonl الذي يتسع لكل شيء
problem-named-twice = { $path }: مذكور لغرضين
problem-output-over-list = { $output }: سيُكتب فوق { $list }؛ اختر موضعًا آخر
problem-output-in-case = { $output }: سيُكتب داخل القضية { $case }؛ اختر مكانًا آخر، أو احذف --output
problem-output-in-store = { $output }: سيُكتب داخل المستودع { $store }؛ اختر موضعًا آخر
problem-output-among-lists = { $output }: سيُكتب بين القوائم في { $folder }؛ اختر موضعًا آخر
problem-output-in-scanned = { $output }: سيُكتب داخل ما يُفحص، { $folder }؛ اختر موضعًا آخر
problem-export-occupied = { $path }: موجود بمحتوى غير ما يدل عليه اسمه؛ اختر مجلدًا آخر
problem-output-not-a-file = { $path }: موجود لكنه ليس ملفًا عاديًا؛ انقله
problem-not-regular-file = { $path }: ليس ملفًا عاديًا؛ سمِّ ملفًا، أو افحص المجلد
problem-picture-without-pixels = في الصورة بكسل واحد على الأقل؛ أعطِ عرضًا وارتفاعًا أكبر من 0
problem-not-a-result-line = ليس سطر نتائج («{ $message }»)؛ يكتب `basma scan --format jsonl` أسطرًا قابلة للقراءة
problem-report-line = { $file }:{ $line }: ليس سطر نتائج («{ $message }»)؛ يكتبها `basma scan --format jsonl`
problem-report-second = { $file }:{ $line }: يأتي بعد ملخص فحص؛ أعدّ تقريرًا لكل فحص على حدة
problem-report-of-hashes = { $file }:{ $line }: كتبه `basma hash` الذي لا يبحث عن شيء؛ أعدّ التقرير مما يكتبه `basma scan --format jsonl`
problem-report-of-lookup = { $file }:{ $line }: كتبه `basma lookup` الذي لا يفحص أي ملف؛ أعدّ التقرير مما يكتبه `basma scan --format jsonl`
problem-report-empty = { $file }: لا يحتوي على أي نتائج؛ يكتبها `basma scan --format jsonl`
problem-report-time = قيمة SOURCE_DATE_EPOCH هي «{ $text }»، وليست عدد ثوانٍ منذ 1970؛ احذف هذا المتغير أو صحّحه
problem-paper-text = عدد حروف --{ $name } هو { $found }، وقاعدة البيانات تقبل من 1 إلى { $most }: أعط نصًا بهذا الطول
problem-paper-option = الخيار --{ $option } ليس لوثيقة { $paper }: احذفه، أو اختر وثيقة أخرى
problem-paper-unfinished = تعذّرت كتابة جزء سابق من الأرشيف؛ صدّر من جديد
problem-paper-browser-missing = لا متصفح من عائلة Chromium مثبَّت، وهو الذي يطبع ملف PDF: ثبّت chromium، أو سمِّ متصفحًا بالخيار --browser، أو صدِّر html واطبعه
problem-paper-browser-failed = لم يطبع { $browser } ملف PDF («{ $message }»): سمِّ متصفحًا آخر بالخيار --browser، أو صدِّر html واطبعه
problem-paper-too-large = حجم { $name } في الأرشيف أكبر مما كان عند قياسه: لا تغيّر القضية أثناء إعداد وثيقة منها
problem-thread-not-started = تعذّر بدء خيط تنفيذ: «{ $message }»
problem-not-a-file-name = { $path }: ليس اسم ملف
problem-output-broken = تعذّرت كتابة المخرجات: «{ $message }»
problem-temporary-broken = ملف مؤقت ليس كما كُتب: «{ $message }»
problem-path-too-long = { $file }: المسار { $place } أطول مما يسمح به أي نظام
problem-path-zero-byte = { $file }: في المسار { $place } بايت صفري: هل تنتهي المسارات ببايتات صفرية (--null)؟
problem-path-not-utf8 = { $file }: المسار { $place } ليس بترميز UTF-8
problem-max-reject = «{ $text }» ليس عدد أسطر ولا نسبة من 0% إلى 100%
problem-sampling = «{ $text }» ليس keyframes ولا distinct ولا interval=SECONDS (من 0.001 إلى 86400) ولا all ولا vpdq=SECONDS (من 0 إلى 86400)
problem-pattern = { $pattern } ليس نمط أسماء أو مسارات: «{ $message }»
problem-converter-unknown = { $path } ليس avifdec ولا heif-dec ولا heif-convert ولا ffmpeg
problem-threads-not-started = تعذّر بدء خيوط الفحص: «{ $message }»
problem-sandbox-partial = ‏الجدار حول العمليات التي تفتح الملفات غير كامل ({ $wall })؛ يتابع --sandbox best بما هو متاح
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
problem-separator = يلزم `,` أو `;` أو tab
problem-number-needed = يلزم عدد صحيح
problem-number-between = يلزم عدد صحيح من { $least } إلى { $most }
problem-address-needed = يلزم عنوان ومنفذ، مثل ‎127.0.0.1:5100
problem-size-not-a-number = يلزم عدد يليه K أو M أو G أو لا شيء
problem-size-too-large = كبير جدًا
problem-time-unreadable = يلزم وقت مثل 2027-01-31T00:00:00Z
problem-name-unknown = «{ $text }» غير معروف؛ المعروف: { $known }

# Hashes.
problem-hash-length = يلزم { $needed ->
    [zero] { $needed } محرف ست عشري
    [one] محرف ست عشري واحد
    [two] محرفان ست عشريان
    [few] { $needed } محارف ست عشرية
    [many] { $needed } محرفًا ست عشريًا
   *[other] { $needed } محرف ست عشري
}، وُجد منها { $found }
problem-hash-digit = المحرف «{ $digit }» في الموضع { $place } ليس رقمًا ست عشريًا
problem-lookup-line-too-long = { $place }: سطر أطول من أن يكون بصمة
problem-lookup-type-not-listed = { $place }: لا قائمة تحوي بصمات من النوع { $hash_type }
problem-lookup-no-type-fits = { $place }: لا ملف بهذا الاسم، وليس في القوائم بصمات من { $digits } رقمًا؛ أطوال بصماتها { $held }
problem-lookup-mixed = يُبحث عن البصمات والملفات كلٌّ على حدة؛ شغّل الأمر مرة لكل نوع

# Clips of vPDQ.
problem-vpdq-nothing = لم تُحسب بصمة أي فيديو، ولا صيغة من صيغ vPDQ تصلح فارغة
problem-vpdq-one-clip = { $path }: تحوي هذه الصيغة مسار فيديو واحدًا، وقد كُتب غيره؛ أما --vpdq json فتحوي عدة مسارات
problem-vpdq-without-time = الصورة { $frame } بلا زمن تتطلبه هذه الصيغة
problem-vpdq-without-frames = فيديو بلا صور

# Scans and what they remember.
problem-lists-empty = القوائم بلا مدخلات: لا شيء يمكن أن يطابق
problem-types-not-listed = لا قائمة تحوي بصمات من النوع { $types }؛ في القوائم: { $listed }
problem-log-key = { $path }: ليس مفتاحًا: للمفتاح 32 بايتًا
problem-log-in-use = { $path }: يستعمله فحص آخر
problem-log-foreign = { $path }: ليس يومية فحص ولا ذاكرة مؤقتة
problem-log-other-version = { $path }: كتبه إصدار آخر من basma؛ اذكر ملفًا آخر
problem-log-header-damaged = { $path }: ترويسته تالفة؛ اذكر ملفًا آخر
problem-log-in-use-by-scan = { $path }: يستعمله فحص
problem-passwords-too-many = { $path }: أكثر من { $limit ->
    [zero] { $limit } كلمة مرور
    [one] كلمة مرور واحدة
    [two] كلمتي مرور
    [few] { $limit } كلمات مرور
    [many] { $limit } كلمة مرور
   *[other] { $limit } كلمة مرور
}، أو أكثر من 64 ميبيبايت؛ قسّم الملف
problem-passwords-missing = { $path }: لا كلمة مرور فيه؛ اكتب واحدة في كل سطر
problem-log-not-a-file = { $path }: ليس ملفًا
problem-log-foreign-kept = { $path }: ليس يومية فحص ولا ذاكرة مؤقتة، ولن يُمس
problem-log-is-cache = { $path }: ذاكرة مؤقتة لا يومية؛ اذكر ملفًا آخر
problem-log-is-journal = { $path }: يومية لا ذاكرة مؤقتة؛ اذكر ملفًا آخر
problem-log-of-other-settings = { $path }: يومية فحص بأنواع أو حدود أو خيارات أخرى؛ اذكر ملفًا آخر
problem-log-key-needed = { $path }: لا يحفظ المسارات: يلزم مفتاحه
problem-log-keeps-paths = { $path }: يحفظ المسارات؛ اذكر ملفًا آخر
problem-cluster-text = { $text }: ليس مجموعة؛ المجموعة c تليه 16 خانة ست عشرية
problem-whole-pictures-only = تُحسب بصمات 64 بتًّا من صور كاملة

# Lists and indexes.
problem-list-compiled = { $path }: مبني من قبل؛ ابنِ من القوائم النصية التي أُنشئ منها
problem-list-not-a-file = { $path }: في مجلد قوائم وليس ملفًا؛ اذكر المقصود أو انقله
problem-lists-among-media = { $folder }: فيه صور أو مقاطع فيديو ({ $media }) وقوائم ({ $list }) معًا؛ ضع القوائم في مجلد خاص بها أو اذكر كل قائمة باسمها
problem-media-without-hashes = { $path }: لم يمكن حساب بصمة أي صورة أو مقطع فيديو فيه، فليس قائمة؛ اذكر غيره أو احسب أنواعًا أخرى
problem-list-folder-empty = { $path }: لا قائمة في المجلد
problem-index-not-regular = ليس ملفًا عاديًا، فليس فهرسًا
problem-index-empty = ليس فهرس basma: الملف فارغ؛ تُقرأ القائمة النصية كما هي، أو تُبنى بـ `basma build`
problem-index-foreign = ليس فهرس basma: لا يبدأ كما يبدأ الفهرس؛ تُقرأ القائمة النصية كما هي، أو تُبنى بـ `basma build`
problem-index-truncated = مبتور: يلزم { $needed ->
    [zero] { $needed } بايت
    [one] بايت واحد
    [two] بايتان
    [few] { $needed } بايتات
    [many] { $needed } بايتًا
   *[other] { $needed } بايت
}، والموجود { $found }؛ انسخه من جديد أو أعد بناءه من قوائمه
problem-index-newer = إصدار الفهرس { $version } أحدث من { $known }: أعد بناءه بـ `basma build` أو حدّث basma
problem-index-damaged = { $damage }؛ الملف تالف: استعده من نسخة أو أعد بناءه من قوائمه
problem-index-missing-structure = ليس في الفهرس { $structure } لبصمات { $hash_type }؛ أعد بناءه به أو ابحث من دونه
problem-hit-of-another-index = { $hash } نتيجة من فهرس آخر
problem-entry-number = لا يوجد عنصر برقم { $number }: عدد عناصر هذا النوع في الفهرس { $count }، والعدّ من 0
problem-shard = «{ $text }» ليس جزءًا؛ تُعدّ الأجزاء من 0، من 0/8 إلى 7/8
problem-shard-unnamed = لا يذكر أحد الملخّصات جزءًا: ادمج ملخّصات `basma scan --shard`
problem-shard-interrupted = انقطع فحص الجزء { $shard }: أعد تشغيله
problem-shard-twice = الجزء { $shard } مذكور مرتين: اذكر كل جزء مرة واحدة
problem-shard-missing = الجزء { $shard } ناقص: اذكر ملخّصات كل الأجزاء
problem-shard-differs = رأى الجزء { $shard } ملفات غير ملفات الجزء الأول، أو كانت له قوائم أو قواعد أخرى: أعد فحص كل الأجزاء
problem-shards-incomplete = عدد الملفات التي فحصتها الأجزاء { $files }، وعدد الموجود منها { $walked }: أعد فحص كل الأجزاء

# Stores.
problem-store-without-lists = لا قوائم فيه بعد؛ يأخذها `basma refresh --store { $store }` من sources.toml
problem-store-foreign = ليس مستودعًا؛ يُنشئ `basma store init DIR` واحدًا
problem-store-newer = أنشأه إصدار أحدث من basma
problem-store-mark-damaged = ملفه { $file } تالف
problem-store-not-empty = موجود وليس فارغًا؛ يحتاج المستودع مجلدًا خاصًا به
problem-store-writable = يستطيع غيرك الكتابة فيه (mode { $mode }): ‏`chmod go= DIR`، أو اسمح به عبر --shared-store
problem-store-readable = يستطيع غيرك قراءته (mode { $mode }): ‏`chmod go= DIR`، أو اسمح به عبر --shared-store
problem-store-of-another = يملكه المستخدم { $owner } والمستخدم الحالي { $user }: نفّذ الأمر بصفة مالكه (`sudo -u '#{ $owner }'`)، أو اسمح به عبر --shared-store
problem-store-file-damaged = تالف («{ $message }»): استعده من نسخة
problem-store-file-newer = من الإصدار { $version }: يقرؤه إصدار أحدث من basma
problem-manifest-foreign = ليس البيان الذي نُشر: استعده، أو `basma rollback` إلى جيل آخر
problem-manifest-of-another = هو بيان الجيل { $generation }
problem-store-index-outside = يذكره بيان وهو خارج المستودع
problem-store-index-foreign = ليس الفهرس الذي نُشر: استعده، أو `basma rollback` إلى جيل آخر
problem-built-counts = بُني وفيه { $rows } من أصل { $rows_expected } من المدخلات و{ $hashes } من أصل { $hashes_expected } من البصمات: لم يُنشر شيء؛ يُرجى الإبلاغ عنه
problem-built-not-found = بُني ولا يجد بصمته { $hash }: لم يُنشر شيء؛ يُرجى الإبلاغ عنه
problem-source-state-unreadable = تعذّرت قراءة ما هو معروف عن المصدر («{ $message }»): ارجع إلى جيل سابق، أو ابدأ مستودعًا جديدًا
problem-source-state-unwritable = تعذّرت كتابة ما هو معروف عن المصدر («{ $message }»)
problem-delta-broken = { $error }؛ تتكون القائمة «{ $list }» من تغييرات متتابعة: `basma rollback` إلى جيل سليم
problem-audit-damaged = { $damage }؛ لا يتوقف الساري عليه، لكن ما جرى لم يعد مثبتًا
problem-decisions-damaged = { $damage }؛ استعد الملف من نسخة: يعرض `basma audit` ما تقرر
problem-store-not-followed = تعذّرت إعادة قراءة القوائم بسبب خلل في هذا البرنامج؛ يُرجى الإبلاغ عنه
problem-store-decisions-full = بلغت القرارات فيه أقصاها: شغّل `basma refresh` ليدمجها
problem-store-list-unknown = لا قائمة «{ $name }» في المستودع؛ فيه: { $known }
problem-generation-not-kept = الجيل { $generation } غير محفوظ؛ المحفوظ: { $kept }
problem-generation-before-missing = لا جيل محفوظًا قبل هذا لم يُتراجع عنه؛ اذكر واحدًا، والمحفوظ: { $kept }
problem-generations-too-few = لا جيلين للمقارنة
problem-withdrawal-without-reason = لا بد للسحب من سبب: اذكره
problem-not-withdrawn = «{ $text }» غير مسحوب من القائمة «{ $list }»، أو ليس بهذا الاسم: يعرض `basma audit` المسحوب
problem-not-listed = لا تحوي القائمة «{ $list }» ما يعنيه «{ $text }»: هل من خطأ في الكتابة؟ يسحبه --force مسبقًا
problem-decision-impossible = { $act }: قرار غير ممكن: لا تمثل البصمة شيئًا، كملف فارغ، أو أن نصًا يتجاوز ما تسمح به المدخلة
problem-item-unknown = «{ $item }»: ليس ملفًا ولا بصمة؛ البصمة HASH أو TYPE:HASH
problem-item-unclear = «{ $item }»: قد يكون من عدة أنواع؛ أعطه بصيغة TYPE:HASH
problem-item-empty = { $path }: فارغ، وسيطابق كل ملف فارغ
problem-item-compiled = { $path }: فهرس مُجمَّع من قوائم: أضف تلك القوائم، أو ما يكتبه `basma convert { $path } --to jsonl`
problem-item-of-source = { $path }: فيه أكثر من { $limit } مدخل، أو يسحب مدخلات: سمِّه مصدرًا في sources.toml ثم شغّل `basma refresh`
problem-item-without-hashes = { $path }: لا شيء يمكن إدراجه منه

# Refresh and its configuration.
problem-checker-name = خدمة التحقق «{ $name }»: يتكون الاسم من 1 إلى 200 من الحروف اللاتينية والأرقام والنقاط والشرطات والشرطات السفلية
problem-checker-purpose = خدمة التحقق «{ $name }»: `purpose` فارغ؛ اكتب ما يجوز سؤالها لأجله
problem-checker-type = { $place }: لا تقبل خدمة التحقق «{ $name }» بصمات من النوع { $hash_type }
problem-checker-twice = خدمتان للتحقق بالاسم «{ $name }»
problem-checker-unknown = لا خدمة تحقق باسم «{ $name }» في sources.toml، بل: { $known }
problem-checker-none = لا خدمة تحقق باسم «{ $name }» في sources.toml، ولا غيرها؛ سمِّ خدمتها في [[checker]]
problem-source-unknown = لا مصدر للقائمة «{ $name }»؛ القوائم ذات المصدر: { $known }
problem-sources-none = لا يذكر sources.toml أي مصدر: لا شيء للتحديث
problem-override-without-reason = لا بد لتجاوز الحارس من سبب: اذكره
problem-override-without-list = لا يُتجاوز الحارس إلا لقوائم مسماة: اذكرها قبل --override
problem-source-never-fetched = القائمة «{ $list }»: يقول مصدرها إنه لم يتغير شيء، ولم يُجلب شيء قط
problem-snapshot-removals = { $location }: فيه عمليات سحب، والقائمة «{ $list }» معلنة snapshot تسحب بالإغفال: هل هي delta؟
problem-sources-not-utf8 = ليس بترميز UTF-8
problem-sources-syntax = السطر { $line }، العمود { $column }: «{ $message }»
problem-sources-keep = ‏keep: يلزم للتراجع جيلان على الأقل
problem-sources-list-twice = للقائمة «{ $list }» مصدران
problem-sources-suppresses-unknown = تحجب القائمة «{ $list }» «{ $name }»، وليست قائمة هنا
problem-sources-suppresses-itself = القائمة «{ $list }»: لا يمكن أن تحجب نفسها
problem-sources-name-length = القائمة «{ $list }»: طول الاسم من 1 إلى 200 بايت
problem-sources-name-slash = القائمة «{ $list }»: لا يحوي الاسم `/` ولا `\`
problem-sources-name-pattern = القائمة «{ $list }»: لا يحوي الاسم `*` أو `?` أو `[` أو `]` أو `{"{"}` أو `{"}"}` لأنها تمثل أسماء أخرى
problem-sources-name-unseen = القائمة «{ $list }»: لا يحوي الاسم محرفًا لا يُرى أو يغيّر اتجاه النص
problem-sources-name-edges = القائمة «{ $list }»: لا يبدأ الاسم بنقطة أو شرطة أو مسافة، ولا ينتهي بنقطة أو مسافة
problem-sources-name-device = القائمة «{ $list }»: يحجز أحد الأنظمة هذا الاسم لجهاز
problem-sources-purpose = القائمة «{ $list }»: ‏purpose فارغ؛ اكتب فيمَ يمكن استعمال القائمة
problem-sources-radius-name = القائمة «{ $list }»: ‏radius: اكتب { $name } بدل { $found }
problem-sources-radius-range = القائمة «{ $list }»: نصف القطر لـ { $name } من 0 إلى { $most ->
    [zero] { $most } بت
    [one] بت واحد
    [two] بتّين
    [few] { $most } بتات
    [many] { $most } بتًّا
   *[other] { $most } بت
}، لا { $found }
problem-sources-quality = القائمة «{ $list }»: ‏min_quality من 0 إلى 100
problem-sources-local-origin = القائمة «{ $list }»: لا مصدر للقوائم المحلية؛ احذف `from`، أو اكتب snapshot أو delta
problem-sources-origin-missing = القائمة «{ $list }»: اكتب مصدرها: `[source.from.file]` أو `.folder` أو `.http`
problem-sources-interface-kind = القائمة «{ $list }»: الواجهة ترسل ما تغيّر؛ اكتب `kind = {"\u0022"}delta{"\u0022"}`
problem-sources-interface-keys = القائمة «{ $list }»: أجوبة الواجهة غير موقّعة؛ احذف keys
problem-sources-never-allows = القائمة «{ $list }»: في قائمة بتنسيق { $format } صور إساءة أو ما هو معروف فحسب، فلا تسمح بشيء؛ احذف suppresses
problem-mapping = مطابقة الحقول غير صحيحة: «{ $message }»
problem-sources-unreviewed-blocks = القائمة «{ $list }»: ما لم يراجعه أحد لا يمنع؛ اكتب `at_most = {"\u0022"}review{"\u0022"}` أو احذف unreviewed
problem-sources-authentic-allows-nothing = القائمة «{ $list }»: البلاغات الأصيلة تسمح بما تحويه قوائم أخرى؛ اذكر هذه القوائم في suppresses، أو اكتب `suppresses = [{"\u0022"}*{"\u0022"}]`
problem-sources-local-keys = القائمة «{ $list }»: لا تقبل القوائم المحلية keys ولا max_age
problem-sources-shares = القائمة «{ $list }»: قيم guards نسب مئوية من 0 فما فوق
problem-sources-expires = ‏expires: ليس «{ $text }» وقتًا مثل 2026-01-31T18:00:00Z أو 2026-01-31
problem-sources-max-age = ‏max_age: ليس «{ $text }» مدة مثل 90s أو 30m أو 36h أو 7d
problem-sources-secret = { $place }: يُذكر هنا موضع السر ولا يُكتب السر أبدًا: ‏`auth = {"{"} bearer = {"{"} env = {"\u0022"}NAME{"\u0022"} {"}"} {"}"}` أو `{"{"} file = {"\u0022"}/PATH{"\u0022"} {"}"}`؛ استبدل السر إن كان قد كُتب هنا
