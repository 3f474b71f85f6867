# Papers of a case.
paper-title = تقرير قضية
paper-check = يتكوّن هذا التقرير من السجلات الموقّعة في القضية وحدها. ويستطيع كل من لديه نسخة من القضية أن يتحقق من أن أي سجل لم يتغيّر:
paper-case = القضية
paper-name = اسم القضية
paper-purpose = الغرض
paper-legal-basis = الأساس القانوني
paper-opened = تاريخ الفتح
paper-two-persons = كل قرار يحتاج إلى شخص ثانٍ.
paper-head = آخر سجل في هذا التقرير
paper-head-digest = SHA-256 لهذا السجل
paper-record = السجل
paper-result = النتائج حسب القرار
paper-all = كل النتائج
paper-reports = البلاغات الواردة
paper-received = تاريخ الوصول
paper-reporter = من طرف
paper-reporter-victim = الشخص المعني
paper-reporter-flagger = مبلّغ موثوق
paper-reporter-citizen = مواطن
paper-reporter-authority = سلطة
paper-channel = القناة
paper-deadline = المهلة
paper-findings = النتائج
paper-findings-none = ليس في القضية نتائج. ولا يصح ذلك إلا لما فُحص، بالقوائم أدناه.
paper-findings-more = تُعرض هنا { $shown } من أصل { $total } من النتائج. وفي سجلات القضية كلها.
paper-finding = النتيجة { $number }
paper-path = المسار
paper-path-sealed = مختوم أو ممحوّ
paper-file = الملف
paper-erased = مُحيت قيم من هذه النتيجة في القضية. ويدل السجل الموقّع على أنها كانت هناك، ولا يدل بعد ذلك على ماهيتها.
paper-found = تاريخ العثور
paper-weak = قرينة فقط: هذا ليس تطابقًا.
paper-suppressed = تطابق محجوب بقائمة المسموح به.
paper-authentic = يعرض هذا الملف بلاغًا من قائمة بلاغات أصيلة.
paper-appealed = تظلّم من هذه النتيجة ينتظر القرار.
paper-match = التطابق
paper-entry = المدخلة { $entry } من القائمة { $list }
paper-list-only = القائمة { $list }
paper-decision = القرار
paper-by = { $person } بصفة { $role }
paper-second = الشخص الثاني
paper-seen = ما شوهد
paper-seen-facts = بيانات السجل وحدها
paper-seen-reduced = صورة مموّهة أو رمادية
paper-seen-file = الملف نفسه
paper-why = السبب
paper-coverage = ما فُحص
paper-coverage-none = لم ينتهِ أي فحص في هذه القضية. ولا يمكن تسمية ما لم يُفحص.
paper-scan = الفحص { $number }
paper-started = البداية
paper-ended = النهاية
paper-discovered = الملفات وأعضاء الأرشيفات
paper-gaps = لم يُفحص كله، حسب رمز السبب
paper-refused = استعمالات للقوائم رُفضت
paper-refused-scan = أثناء
paper-refused-before = دون فحص: لم يُبحث عن شيء
paper-use = الغرض المصرَّح به
paper-region = المنطقة المصرَّح بها
paper-lists = القوائم
paper-generation = الجيل
paper-list-digest = SHA-256 للقائمة
paper-signed = مفتاح التوقيع
paper-signed-none = بلا توقيع
paper-expires = تاريخ الانتهاء
paper-error = الخطأ المقيس
paper-not-calibrated = غير معايَر على هذه الفئة: ليس في القضية خطأ مقيس لهذه القوائم.
paper-measured = تاريخ القياس
paper-scans = عمليات الفحص
paper-tool = البرنامج
paper-binary = SHA-256 للبرنامج
paper-sandbox = عزل مفككات الترميز
paper-examiner = بواسطة
paper-roots = المسارات
paper-options = الخيارات
paper-keys = المفاتيح الموقِّعة
paper-key = المفتاح
paper-written = { $path }: { $count ->
    [zero] لا نتائج
    [one] نتيجة واحدة
    [two] نتيجتان
    [few] { $count } نتائج
    [many] { $count } نتيجة
   *[other] { $count } نتيجة
}
paper-left-decision = ليست في هذه الوثيقة بسبب قرارها أو حالتها: { $count }
paper-left-digest = ليست في هذه الوثيقة، لأنها تطلب ملخصًا لا تحتويه القضية: { $count }
paper-media-absent = ملفات لنتائج مؤكدة ليست في الحاوية: { $count }. والسبب مذكور في media.csv داخل الحزمة.
paper-draft = هذه مسودة. لم يُرسل شيء: اقرأ أولًا CHECKLIST.txt في الأرشيف.
paper-verify =
    كيف تتحقق من هذه الحزمة

    1. تحقق من أن أي ملف لم يتغيّر: `sha256sum --check SHA256SUMS`
    2. تحقق من سجلات القضية دون أي شبكة: `basma verify case --head { $digest } --opened-by { $key }`
    3. قارن المفتاح والملخص بما أعطاك المرسل إياه بطريق آخر.

    في المجلد `case` السجلات الموقّعة، والقيم التي تلتزم بها، والمفاتيح العامة. ولا تُفتح الملفات المختومة فيه إلا لأصحاب مفاتيحها. ويحمل كل سجل SHA-256 للسجل الذي قبله: فأي سجل غُيّر أو حُذف أو أُضيف يقطع السلسلة.
about-export = إعداد وثيقة من قضية: تقرير، وملف PDF، وصيغ للشرطة والمنصات والسلطات
about-export-more = يُتحقق من القضية أولًا. وتحمل الوثيقة ملخص آخر سجل. والتصدير نفسه سجل في القضية.
help-export_paper = الوثيقة
help-export_output = الكتابة هنا بدل مجلد القضية
help-export_media = لـ bundle: إضافة ملفات النتائج المؤكَّدة، مختومة للمستلمين في القضية
help-export_thumbnails = للتقرير: شكل الصور الصغيرة التي يطلبها `--thumbnail-of`؛ ويسمّيها سجل التصدير واحدة واحدة
help-export_thumbnail_of = للتقرير: نتيجة تُعرض صورتها، برقمها، أو all؛ يمكن تكراره
help-export_passwords = للصور الصغيرة وملفات الحزمة: تجربة كلمات المرور التي في هذا الملف، واحدة في كل سطر، على الأرشيفات المشفّرة
help-export_browser = المتصفح الذي يطبع ملف PDF
help-export_category = لـ VICS: فئة النتائج المؤكَّدة، برقم بلد المستلم
help-export_incident = لـ NCMEC: موضوع البلاغ [الأصل material]
help-export_ground = لـ DSA: فئة بيانات الأسباب
help-export_law = لـ DSA: القانون الذي يجعل المحتوى غير مشروع
help-export_explanation = لـ DSA: لماذا المحتوى غير مشروع حسب هذا القانون
help-export_disabled = لـ DSA: حُجب الوصول ولم يُحذف المحتوى
value-export_thumbnails-blurred = بكسلات قليلة إلى حد تشوّش الأشكال
value-export_thumbnails-grey = صغيرة وبلا ألوان
value-export_paper-html = تقرير بالعربية والفرنسية والإنجليزية في صفحة واحدة
value-export_paper-pdf = التقرير نفسه، يطبعه متصفح من عائلة Chromium
value-export_paper-bundle = التقرير والسجلات والمفاتيح والملخصات في أرشيف واحد
value-export_paper-vics = Project VIC بصيغة VICS 2.0
value-export_paper-vics-1-3 = Project VIC بصيغة VICS 1.3
value-export_paper-case-uco = CASE/UCO 1.4 بصيغة JSON-LD
value-export_paper-ncmec = مسودة لـ CyberTipline لدى NCMEC لا تُرسل أبدًا
value-export_paper-dsa = بيانات الأسباب حسب قانون الخدمات الرقمية
value-export_paper-csv = أسطر جدول
value-export_paper-xlsx = مصنف
value-export_paper-stix = STIX 2.1 (تبادل المعلومات عن التهديدات)
value-export_paper-ecs = أحداث حسب Elastic Common Schema، حدث في كل سطر
