# Headings and marks.
usage = الاستعمال: { $usage }
heading-commands = الأوامر
heading-arguments = المعاملات
heading-options = الخيارات
heading-files = الملفات
heading-matching = التطابق
heading-reading-lists = قراءة القوائم
heading-media = الوسائط
heading-output = المخرجات
heading-remembering = حفظ نتائج الفحص
help-default = { "[" }الافتراضي: { $values }]
help-possible = { "[" }القيم الممكنة: { $values }]
help-environment = { "[" }متغير البيئة: { $name }]
help-value = { $value }: { $help }

# Commands.
about = يتعرف على صور الإساءة والتزييف العميق المعروفة حين تظهر من جديد: النسخ لا الأشباه
about-more = ‏LIST قائمة نصية بأي تنسيق مدعوم، أو فهرس مبني (.basma)، أو مجلد منها، أو مستودع، أو صور ومقاطع فيديو: ملف أو مجلد منها. التطابق قرينة لشخص يقرر، وليس حكمًا أبدًا.
about-exit = رموز الخروج: 0 لا تطابق وفُحص كل ملف؛ 1 يوجد تطابق؛ 2 تعذّر إنجاز المهمة؛ 3 لا تطابق، لكن تعذّر فحص بعض الملفات. يغيّر `scan --fail-on` ذلك.
about-scan = البحث عن المحتوى المعروف في الملفات والمجلدات والأرشيفات
about-scan-more = يحتاج كل خيط تنفيذ إلى ذاكرة لملف واحد ولما يصيره بعد فك ترميزه (--max-file-bytes و --max-decoded-bytes)، وإلى 512 MiB للأرشيفات المتداخلة؛ ولا أثر لعدد الملفات وأحجامها.
about-compare = البحث عن نسخ صورة أو فيديو أو مجلد منها، دون قائمة
about-duplicates = جمع النسخ بين الصور والفيديوهات: البايتات نفسها، والقريبة بعضها من بعض
about-duplicates-more = لا يُحفظ شيء ولا يُحذف شيء. كل نسخة في مجموعة قريبة من ملفها الأول. رمز الخروج 1: توجد نسخ.
about-hash = عرض بصمات ملفات الوسائط
about-rematch = البحث فيما حفظته عمليات فحص سابقة: هل كان لدينا شيء من هذا؟
about-lookup = البحث عن بصمات في القوائم
about-report = إعداد صفحة للأشخاص من نتائج فحص
about-report-more = الصفحة ملف HTML واحد لا يحتاج إلى غيره: لا برامج نصية ولا شيء من الشبكة. ولغتها لغة الرسائل (--lang). وفيها أسماء ملفات وملخصات: عاملها معاملة النتائج نفسها.
about-build = بناء فهرس واحد مربوط بالذاكرة من القوائم
about-convert = كتابة القوائم بتنسيق آخر
about-inspect = وصف محتوى فهرس مبني
about-store = إنشاء مستودع قوائم أو التحقق منه أو عرض تاريخه
about-init = إنشاء مستودع تسري فيه القائمة `own` فورًا
about-check = التحقق من الملف الذي يسمي المصادر دون غيره
about-history = سرد الأجيال المحفوظة: ما في كل منها ومن صنعه ولماذا، وأيها الساري
about-refresh = تحديث قوائم مستودع من مصادرها
about-refresh-more = رموز الخروج: 0 كل شيء محدّث؛ 2 شيء غير محدّث: فشل مصدر أو أوقفه حارس، ويبقى الساري ساريًا؛ 3 كل شيء محدّث لكن نُحّيت سجلات معيبة؛ 4 المستودع تقفله عملية أخرى.
about-status = وصف حال قوائم مستودع؛ رمز الخروج 3 إن كانت إحداها قديمة أو فاشلة
about-list = عرض ما في قوائم مستودع أو تصديره
about-revoke = سحب مدخلات من قائمة في مستودع، فورًا
about-add = إضافة صور أو مقاطع فيديو أو بصمات إلى قائمة في مستودع، فورًا
about-rollback = إعادة قوائم جيل سابق إلى السريان
about-diff = عرض ما تغيّر بين جيلين؛ رمز الخروج 1 إن تغيّر شيء
about-audit = عرض ما جرى على مستودع، أو التحقق من سلامة سجله
about-serve = الإجابة عبر HTTP: مستودع قوائم تسأله المنصات
about-serve-more = الطلبات والأجوبة هي نفسها لدى HMA: لا يحتاج عملاؤه إلا إلى عنوان آخر. تنتهي الخدمة بالضغط على Ctrl-C أو بالإشارة SIGTERM: تُجاب الطلبات الجارية أولًا.
about-doctor = عرض ما يستطيع هذا الجهاز فك ترميزه، وما يلزم لفك الباقي
about-help = عرض مساعدة أمر أو موضوع: `formats` أو `exit-codes` أو `lists` أو `store`

# Options of every command.
help-lang = لغة ما يقال للأشخاص: en أو fr أو ar
help-lang-more = لا تُترجم المخرجات الموجهة للبرامج أبدًا. الافتراضي لغة BASMA_LANG أو LC_ALL أو LC_MESSAGES أو LANG، وإلا فالإنكليزية.
help-color = الألوان والروابط في المخرجات: auto حيث تعرضها الطرفية، أو always دائمًا، أو never أبدًا
help-quiet = عدم قول شيء غير التطابقات والتحذيرات والأخطاء
help-quiet-more = لا ملخص ولا تقدم ولا وصف للقوائم المحملة.
help-help = عرض المساعدة (وأوفى منها مع --help)
help-version = عرض الإصدار
help-about = أمر أو موضوع

# Which files.
help-paths = ملفات ومجلدات؛ تُتصفح المجلدات ولا تُتبع الروابط فيها
help-reference = الصورة أو الفيديو أو المجلد الذي يُبحث عن نسخه
help-radius-duplicates = كم بتًّا يمكن أن يختلف [الافتراضي: pdq=31]
help-radius-duplicates-more = في PDQ، أو بصيغة TYPE=N لنوع آخر. تُفحص محتويات المجلدات دون أي خيار.
help-paths_from = أخذ المسارات من هذا الملف، مسار في كل سطر، أو من المدخل القياسي (-): كل مسار بعدد مرات ذكره
help-null = ينتهي كل مسار في ذلك الملف ببايت صفري كما يكتبه `find -print0`، لا بنهاية سطر
help-no_archives = معاملة الأرشيفات كغيرها من الملفات دون فتحها؛ وتُفحص مع ذلك الصور ومقاطع الفيديو داخل ملفات أخرى
help-max_archive_depth = كم أرشيفًا يمكن أن يتداخل
help-max_ratio = كم ضعفًا من حجمه يمكن أن يُفك من أرشيف، فوق 256 MiB
help-exclude = استبعاد الملفات والمجلدات بهذه الأسماء؛ يمكن تكراره
help-shard = فحص ملفات جزء واحد من N من الأجزاء، بدءًا من 0/N: كل ملف من جزء واحد، بحسب مساره تحت PATH
help-exclude-more = إن كانت في النمط شرطة مائلة فهو لمسارات تحت PATH: `*` و `?` و `**` و `[a-z]` و `{"{"}a,b{"}"}`.

# How near is near enough.
help-radius = كم بتًّا يمكن أن يختلف [الافتراضي: pdq=31]
help-radius-more = في PDQ، أو بصيغة TYPE=N لنوع آخر. الافتراضي 31 في pdq؛ وفي أنواع 64 بتًّا: 4 في gradient-dct و vert-gradient-dct، و 2 في gradient و vert-gradient، و 0 في البقية. تُفحص محتويات المجلدات دون أي خيار.
help-min_quality = جودة PDQ، من 0 إلى 100، التي تكون الصورة دونها أكثر تجانسًا من أن يُبحث عنها أو تُدرج
help-limit = أقصى عدد من التطابقات لملف أو بصمة: تُعرض الأقرب وتُعدّ البقية
help-tier = مستويات التطابق المطلوبة، تفصل بينها فواصل؛ وتُعدّ البقية كأنها غير مدرجة [الافتراضي: كلها]
help-compat = قاعدة vPDQ التي تقرر تطابق مقاطع الفيديو بدل قاعدتنا: py (80 % من صور الملف ضمن 31 بتًّا) أو cpp (80 % من الصور المدرجة ضمن 30 بتًّا)

# How lists are read.
help-max_reject = كم سطرًا خاطئًا يُتسامح معه، عددًا أو نسبة N%؛ تُذكر وتُترك جانبًا
help-rejects = كتابة كل سطر خاطئ هنا مع رقمه ومشكلته
help-lenient_hex = قبول البادئة 0x والمسافات والشرطات في البصمات
help-skip_unsupported = ترك المدخلات التي ليست بصمات وسائط (روابط، نصوص) بدل رفض القائمة
help-allow_unusual_pdq = قبول قائمة عدد البتات الواحدة في معظم بصماتها PDQ لا ينتجه PDQ
help-shared_store = قبول مستودع يستطيع غير مالكه قراءته أو تعديله

# How pictures and clips are decoded.
help-views = أي تغييرات في النسخ يُلغى أثرها: stored أو upright أو all أو fast أو standard أو thorough
help-views-more = ما تُحسب بصمته من الصورة: كما خُزّنت (stored)؛ وكذلك كما تعرضها برامج العرض، معتدلة، على أبيض وأسود، بألوان مُدارة (upright)؛ أو كل ذلك في الأوضاع الثمانية لتوجد النسخ المدارة والمقلوبة أيضًا (all)؛ أو نحو 15 أو 60 أو 300 منظر تلغي ما يغيّره الناس في النسخ (fast و standard و thorough)، بكلفة تبلغ نحو 1.4 و 2.4 و 4.4 أضعاف.
help-exact = حساب PDQ من كل بكسل، بتًّا ببت كما في المرجع: بلا فك ترميز مصغّر. تستغرق ملفات JPEG الكبيرة أضعاف الوقت؛ ومن دونه قد تختلف البصمة في بت أو بتّين، وفي ستة على الأكثر في الصور الفوتوغرافية
help-max_file_bytes = أكبر ملف صورة، بالبايت (K و M و G: قوى 1024)
help-max_pixels = أكبر صورة، بالبكسل
help-max_decoded_bytes = أكبر صورة بعد فك ترميزها مع ما يحتاجه مفكك ترميزها، بالبايت؛ ولا يحتاج خيط التنفيذ إلى أكثر منها غير الملف
help-max_frames = أقصى عدد من إطارات رسوم متحركة أو صفحات مستند
help-max_total_pixels = أقصى عدد من البكسلات في كل إطارات الملف أو صفحاته معًا
help-max_seconds = أطول فك ترميز لملف ليس فيديو، أو لصورة مفتاحية واحدة، بثواني المعالج
help-avif_converter = برنامج لفك ترميز AVIF في عملية مستقلة: avifdec أو heif-dec أو heif-convert أو ffmpeg، وهي تقرأ أي بايتات بلغة C
help-frames = صور الفيديو التي تُحسب بصماتها: keyframes الصور المفتاحية، وصورة أو اثنتان في الثانية إن كانت قليلة؛ distinct ما اختلف عن سابقه، للقوائم؛ interval=SECONDS؛ all كلها؛ vpdq=SECONDS ما يأخذه مرجع vPDQ [الافتراضي: keyframes، و distinct لقائمة]
help-max_clip_frames = أقصى عدد من صور الفيديو
help-max_clip_seconds = أطول فك ترميز لفيديو، بثواني المعالج
help-jobs = عدد خيوط التنفيذ، 512 على الأكثر [الافتراضي: واحد لكل نواة]
help-ffmpeg = برنامج ffmpeg الذي يفك ما لا يفكه المدمج، في عملية مستقلة [الافتراضي: الموجود في PATH إن وُجد]
help-no_ffmpeg = عدم استعمال ffmpeg ولو كان مثبتًا: لا تُفك عندئذ إلا الصور المفتاحية

# Where to, and in what form.
help-format = للأشخاص (text)، أو كائن JSON في كل سطر (jsonl)، أو CSV لجداول البيانات (csv)
help-format-object = للأشخاص (text)، أو كائن JSON واحد (jsonl)
help-format-lines = للأشخاص (text)، أو JSON Lines (jsonl)
help-output = الكتابة هنا بدل المخرج القياسي (-)
help-output-more = يُستبدل الملف الموجود كله أو لا يُمس.
help-show = الملفات التي لها سطر: matches أو gaps أو all [الافتراضي: matches,gaps]
help-show-more = التطابقات (matches)؛ والملفات التي لم تُفحص كلها وقد تحتوي صورًا (gaps)؛ وجميع الملفات (all). ومع --quiet الافتراضي matches.
help-verbose = عرض كل ما في كل تطابق
help-verbose-more = تُجمع الملفات التي تطابق صورة مدرجة واحدة، الأقرب أولًا، بدلًا من سطر لكل ملف.
help-csv_separator = ما يفصل خلايا CSV: فاصلة أو فاصلة منقوطة أو `tab` [الافتراضي: ,]
help-bom = بدء CSV بعلامة ترتيب البايتات التي يعرف بها Excel ترميز UTF-8

# Scan.
help-lists = القوائم التي يُبحث فيها؛ يمكن تكراره
help-types = أنواع البصمات التي تُحسب ويُبحث عنها [الافتراضي: كل ما في القوائم]
help-fail_on = ما يجعل رمز الخروج غير 0: ‏matched (1)، gaps (3: كل unsupported و damaged و unreadable و over-limit) أو أحدها، و low-quality و skipped (3 أيضًا)؛ weak لقرائن على فيديو مدرج أضعف من التطابق (3 أيضًا)؛ nothing لمهمة تكتفي بالإخبار
help-journal = تسجيل كل ملف فور إنجازه: إن أُعيد تشغيل الأمر نفسه تابع من حيث توقف
help-journal-more = مهما كان سبب التوقف فالمخرجات في النهاية هي نفسها.
help-cache = حفظ بصمات ما يُفحص في ذاكرة مؤقتة من فحص إلى آخر: لا تُقرأ من جديد الملفات التي لم تتغير
help-no_paths = حفظ ملخصات المسارات في الذاكرة المؤقتة بدل المسارات؛ ويُنشأ مفتاحها بجانبها باسم FILE.key
help-max_cache_bytes = أقصى حجم للذاكرة المؤقتة، بالبايت؛ وحين تكاد تمتلئ ينسى الفحص التالي نصفها الأقدم

# Hash, rematch, lookup.
help-types-hash = أنواع البصمات التي تُحسب [الافتراضي: pdq,sha256 أو أنواع التنسيق]
help-vpdq-hash = كتابة صور الفيديو وحدها كما تقرؤها برامج أخرى: cpp أو py أو old أو json
help-vpdq-hash-more = صورة في الثانية ما لم يقل --frames غير ذلك: `cpp` و `py` (أسطر لفيديو واحد)، و `old` (كائن JSON لفيديو واحد)، أو `json` كما يتبادلها `tx` و HMA (فيديو في كل سطر).
help-cache-rematch = الذاكرة المؤقتة أو اليومية من عمليات فحص سابقة؛ لا يُقرأ ملف غيرها
help-hashes = بصمات بصيغة HASH أو TYPE:HASH، أو صور وفيديوهات؛ ومن دونها ما يطبعه `basma hash` من المدخل القياسي
help-vpdq = البحث، كما يفعل الفحص، عن مقاطع الفيديو التي صورها في هذه الملفات بأي صيغة من صيغ vPDQ
help-hash_type = نوع البصمات المعطاة بلا نوع [الافتراضي: النوع الذي بهذا الطول في القوائم]
help-explain = القول في مخرج الأخطاء كيف بُحث عن كل بصمة وبأي كلفة

# Build and inspect.
help-lists-build = قوائم نصية، أو صور ومقاطع فيديو، أو مجلدات منها؛ - هو الدخل القياسي
help-output-build = الفهرس الذي يُكتب؛ ويُستبدل الموجود كله أو لا يُمس
help-hash_type-build = نوع البصمات في القوائم التي لا تذكره
help-structure = بنية البحث في البصمات الإدراكية
help-min_quality-build = جودة PDQ، من 0 إلى 100، التي تُترك دونها المدخلة التي تذكر جودتها
help-on_conflict = ما العمل حين تتناقض قائمة في بصمة
help-memory = ذاكرة العمل تقريبًا؛ وما لا تسعه يذهب إلى ملفات مؤقتة بجانب الفهرس
help-index = الفهرس المبني
help-verify-inspect = التحقق من كل بايت ومن أن كل بنية تجد كل بصمة

# Stores.
help-store = مجلد المستودع
help-store-more = الافتراضي مجلد BASMA_STORE، وإلا فالمجلد `basma` حيث يحفظ هذا النظام بيانات البرامج.
help-folder = المجلد، جديد أو فارغ [الافتراضي: كما في --store]
help-format-audit = للأشخاص (text)، أو JSON Lines ‏(jsonl): السجلات كما حُفظت
help-shared_store-store = قبول مستودع يستطيع غير مالكه قراءته أو تعديله، أو يملكه مستخدم آخر
help-lists-refresh = القوائم التي تُحدَّث [الافتراضي: كل ما يذكره sources.toml]
help-init = إنشاء المستودع مع sources.toml مشروح للبداية، ولا شيء غير ذلك
help-dry_run = فعل كل شيء عدا النشر، وقول ما كان سيتغير؛ رمز الخروج 1 إن كان شيء سيتغير
help-overrides = السماح، مرة واحدة ومع التسجيل، بما كان هذا الحارس سيوقفه: shrink و growth و rejects و degenerate و canary و back و gap و age و identity و rolled-back و clock و empty و dropped و damaged؛ يمكن تكراره
help-reason = السبب، للسجل
help-generations = سرد الأجيال المحفوظة: ما في كل منها، ومن أنشأه ولماذا، وأيها ساري المفعول
help-metrics = كتابة قياسات لـ Prometheus هنا (يقرؤها مجمّع textfile في node exporter)
help-to = الجيل الذي تعود قوائمه إلى السريان [الافتراضي: السابق الذي لم يُتراجع عنه]
help-before = الجيل السابق [الافتراضي: ما قبل الأخير من المحفوظ]
help-after = الجيل اللاحق [الافتراضي: الساري]
help-verify = المرور عليه كله بدل عرضه، للتحقق من أنه لم يُغيَّر شيء ولم يُحذف ولم يُدسّ
help-list-list = القائمة التي تُعرض مدخلاتها [الافتراضي: كل قوائم المستودع]
help-labels-list = عرض المدخلات التي لها هذه الوسمة؛ يمكن تكراره، وتكفي عندئذ إحداها
help-id-list = عرض مدخلات العنصر الذي له هذا المعرّف
help-types-list = عرض بصمات هذه الأنواع
help-format-list = للأشخاص (text)، أو قائمة بأحد تنسيقين يقرؤهما basma من جديد (jsonl و csv)
help-targets = ما يُسحب: صور وفيديوهات، أو HASH أو TYPE:HASH أو معرّف ID لعنصر بكل بصماته
help-list-revoke = القائمة التي يُسحب منها؛ وتبقيه القوائم الأخرى التي تحويه
help-id-revoke = اعتبار ما يُعطى معرّفات ID أيًا كان شكله
help-lift = رفع السحب: يسري ما يقوله المصدر من جديد
help-force = سحب ما لا تحويه القائمة مسبقًا
help-items = ما يُضاف: صور وفيديوهات ومجلدات منها، أو بصمات بصيغة HASH أو TYPE:HASH
help-list = القائمة التي يُضاف إليها
help-labels = وسم؛ يمكن تكراره
help-id = معرّف العنصر ID الذي يُضاف تحته كل ما يُعطى
help-severity = الخطورة: low أو medium أو high أو critical
help-until = متى لا يعود ساريًا: وقت مثل 2027-01-31T00:00:00Z
help-types-add = أنواع البصمات التي تُحسب للملفات، أو نوع بصمة تُعطى بلا نوع

# Mistakes in the command line.
usage-options = [خيارات]
usage-command = أمر
usage-unknown-argument = معامل غير متوقع «{ $argument }»
usage-unknown-command = أمر غير معروف «{ $argument }»
usage-missing-command = يلزم أمر
usage-missing-argument = معاملات لازمة غير موجودة: { $arguments }
usage-invalid-value = القيمة «{ $value }» غير صالحة لـ «{ $argument }»
usage-missing-value = تلزم قيمة لـ «{ $argument }»
usage-wrong-number = عدد القيم غير صالح لـ «{ $argument }»
usage-conflict = لا يُستعمل «{ $argument }» مع «{ $other }»
usage-repeated = لا يُستعمل «{ $argument }» أكثر من مرة
usage-not-utf8 = أحد المعاملات ليس بترميز UTF-8
usage-other = سطر أوامر غير صالح
usage-because = { $what }: { $why }
usage-suggestion = لعلك تقصد: { $suggestions }
usage-more-help = لمزيد من المعلومات جرّب --help.
help-lists-convert = قوائم من أي صنف: نص أو فهارس أو مستودعات أو صور ومقاطع فيديو أو مجلدات؛ - هو الدخل القياسي
help-to-convert = التنسيق الذي يُكتب؛ يُعدّ ما لا مكان له فيه ويُذكر
help-strict = الإخفاق إن لم يكن في التنسيق مكان لشيء ما
help-format-hash = أسطر للأشخاص أو JSON Lines أو CSV، أو كما يقرأ برنامج آخر القوائم: typed لبرنامجي tx و HMA
help-format-hash-more = في `text` و `jsonl` و `csv` كل ما يلزم قائمة لبرنامج basma. أما `typed` و `tx-csv` فلبرنامجي tx و HMA، و `photo-hasher` كما يطبع pdq-photo-hasher؛ و `md5sum` و `sha1sum` و `sha256sum` و `hashdeep` كما تكتبها هذه البرامج وتتحقق منها.
help-hash_type-convert = نوع البصمات في القوائم التي لا تذكره

# A report.
help-findings = ما كتبه `scan` أو `rematch` بالخيار --format jsonl؛ و - هو المدخل القياسي
help-thumbnails = عرض صور صغيرة للملفات المتطابقة التي ما زالت دون تغيير حيث تذكر النتائج؛ ولا تُعرض أي صورة بدونه
value-thumbnails-blurred = بكسلات قليلة إلى حد تشوّش الأشكال
value-thumbnails-grey = صغيرة وبلا ألوان
about-completions = كتابة ما تحتاج إليه الصدفة لإكمال الأوامر والخيارات وقيمها
help-shell = الصدفة: bash أو zsh أو fish

# The service.
help-listen = أين تستمع الخدمة
help-listen-more = الافتراضي هذا الجهاز وحده. والمنفذ 0 أي منفذ حر، تذكره الرسالة الأولى.
help-max_connections = أقصى عدد من الاتصالات في وقت واحد
help-deadline = أقصى مدة للطلب، بالثواني
help-max_body_bytes = أكبر ملف في طلب، بالبايت (K وM وG قوى 1024)
