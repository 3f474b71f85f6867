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
paper-outcome-confirmed = مؤكَّد
paper-outcome-rejected = مرفوض
paper-outcome-escalated = محال إلى جهة أخرى
paper-outcome-undecided = بلا جواب
paper-outcome-open = لا قرار بعد
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
paper-appealed = طعن في هذه النتيجة ينتظر القرار.
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
paper-draft = هذه مسودة. لم يُرسل شيء: اقرأ أولًا CHECKLIST.txt في الأرشيف.
paper-verify =
    كيف تتحقق من هذه الحزمة

    1. تحقق من أن أي ملف لم يتغيّر: `sha256sum --check SHA256SUMS`
    2. تحقق من سجلات القضية دون أي شبكة: `basma verify case --head { $digest } --opened-by { $key }`
    3. قارن المفتاح والملخص بما أعطاك المرسل إياه بطريق آخر.

    في المجلد `case` السجلات الموقّعة، والقيم التي تلتزم بها، والمفاتيح العامة. ولا تُفتح الملفات المختومة فيه إلا لأصحاب مفاتيحها. ويحمل كل سجل SHA-256 للسجل الذي قبله: فأي سجل غُيّر أو حُذف أو أُضيف يقطع السلسلة.
