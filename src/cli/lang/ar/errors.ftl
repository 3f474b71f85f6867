# What the system refused.
error-io = { $path }: { $action }: { $problem }
action-create = تعذّر الإنشاء
action-find = تعذّر العثور عليه
action-follow-the-store = تعذّرت متابعة المخزن
action-list = تعذّر سرد محتوى المجلد
action-list-the-folder = تعذّر سرد محتوى المجلد
action-lock = تعذّر القفل
action-make-a-key-for = تعذّر إنشاء مفتاح له
action-make-the-store = تعذّر إنشاء المخزن
action-map = تعذّر ربطه بالذاكرة
action-map-a-temporary-file-in = تعذّر ربط ملف مؤقت بالذاكرة
action-open = تعذّر الفتح
action-open-the-list = تعذّر فتح القائمة
action-open-the-store = تعذّر فتح المخزن
action-read = تعذّرت القراءة
action-read-the-list = تعذّرت قراءة القائمة
action-remove = تعذّر الحذف
action-replace = تعذّر الاستبدال
action-set-aside = تعذّرت التنحية
action-sync = تعذّر التثبيت على القرص
action-sync-the-folder-of = تعذّر تثبيت المجلد على القرص
action-write = تعذّرت الكتابة
action-write-a-temporary-file-in = تعذّرت كتابة ملف مؤقت فيه
system-not-found = لا وجود لهذا الملف أو المجلد
system-permission-denied = لا إذن بذلك
system-already-exists = موجود من قبل
system-is-a-directory = هو مجلد
system-not-a-directory = ليس مجلدًا
system-storage-full = لا مساحة على القرص
system-quota-exceeded = تجاوز الحصة
system-read-only = نظام الملفات للقراءة فقط
system-out-of-memory = الذاكرة لا تكفي
system-too-many-open = ملفات مفتوحة كثيرة جدًا
system-file-too-large = الملف كبير جدًا
system-invalid-name = اسم ملف غير صالح أو طويل جدًا
system-loop = روابط رمزية كثيرة جدًا
system-busy = المورد مشغول
system-timed-out = انتهت المهلة
system-interrupted = قوطعت العملية
system-unexpected-end = نهاية غير متوقعة للملف
system-input-output = خطأ إدخال وإخراج في الجهاز
system-unsupported = عملية غير مدعومة
system-connection = تعذّر الاتصال أو انقطع
system-other = أفاد النظام: { $message }

# Errors of any kind.
error-cancelled = أُلغيت قبل النهاية
error-busy = { $path }: يقفل المخزن { $holder }؛ أعد المحاولة حين يتحرر
error-hash-type-name = لا نوع بصمة باسم «{ $found }»؛ الأنواع المعروفة: { $known }
error-raw = { $path }: بايتاته ليست ما يعلنه اسمه (SHA-256)؛ احذفه وسيجلبه التحديث التالي من جديد
error-list-total = { $path }: أسطر خاطئة: { $total }؛ لم يُستورد شيء
error-list-shown = { $path }: أسطر خاطئة: { $total }، تُعرض أول { $shown } منها؛ لم يُستورد شيء
error-problem = { $place }: { $problem }
error-at = { $place }: { $error }
error-hash-text = ليست بصمة من النوع { $type }: { $problem }

# Lines of lists.
line-E001 = الملف ليس نصًا: صورة أو فهرس أو أرشيف أو UTF-16؛ حوّل القائمة إلى UTF-8
line-E002 = رجوع عربة بلا سطر جديد؛ حوّل نهايات الأسطر إلى LF أو CRLF
line-E003 = سطر طويل جدًا: هل هذه قائمة؟
line-E004 = السطر ليس بترميز UTF-8؛ حوّل القائمة إلى UTF-8
line-E005 = الملف فارغ، كما بعد تنزيل فاشل؛ القائمة الفارغة عمدًا تذكر ذلك في تعليق
line-E006 = لا تنسيق قائمة معروف
line-E007 = تنسيق معروف لكنه لا يُقرأ هنا
line-E010 = نوع بصمة غير معروف أو غائب أو غير مدعوم؛ احذف السطر أو استعمل --skip-unsupported
line-E011 = ليس للبصمة طول نوعها
line-E012 = البصمة ليست ست عشرية
line-E013 = يلي البصمة نص، كالمدخلة التالية مثلًا
line-E014 = طول البصمة لا يحدد نوعها؛ اذكره عبر --type
line-E015 = بصمات مختلفة الأطوال في قائمة بلا أنواع؛ اذكر النوع في كل سطر
line-E020 = جدول بلا ترويسة، أو أسطر قبل ترويسته
line-E021 = لا عمود في الجدول يحوي بصمات
line-E022 = عمودان بمعنى واحد؛ احذف أحدهما
line-E023 = عدد حقول السطر غير صحيح
line-E024 = علامة اقتباس في غير موضعها
line-E025 = قيمة غير ممكنة في أحد الحقول
line-E026 = سطر بلا بصمة
line-E030 = الجودة عدد صحيح من 0 إلى 100
line-E031 = فاصلة ناقصة في سطر من pdq-photo-hasher
line-E040 = ترويسة hashdeep غير صحيحة
line-E041 = سطر مجاميع اختبارية بصيغة غير صحيحة
line-E050 = فيديو بلا صور: هل حُسبت بصمته أصلًا؟
line-E051 = رقم صورة أو جودتها أو زمنها خارج الحدود أو بغير ترتيب
line-E052 = زمن ليس عددًا
line-E053 = لصورة ترتيب غير سابقاتها: هل دُمج ملفان؟
line-E054 = لا صورة في الفيديو بجودة كافية
line-E060 = كائن JSON Lines غير صحيح
line-E061 = القائمة لا توافق بيانها: قُطعت أو غُيّرت؛ اجلبها من جديد
line-E062 = قائمة snapshot فيها عملية لا تصلح إلا لقائمة delta
line-E080 = البصمة لا تمثل شيئًا، كبصمة الملف الفارغ؛ احذفها من القائمة
line-E081 = معظم بصمات PDQ في القائمة ليست منه؛ يستوردها --allow-unusual-pdq كما هي
line-W005 = لا مدخلات في القائمة
line-W020 = تعليق يشبه مدخلة؛ احذف # إن كان مدخلة
line-W030 = تُركت جانبًا بصمة إدراكية بجودة غير كافية
line-W040 = عمود بصمات لا يُقرأ
line-W041 = ينتهي سطر بفاصل زائد على الترويسة
line-W061 = لا نهاية للسطر الأخير، ولا بيان يعدّ الأسطر: هل قُطعت القائمة؟
line-W081 = عدد البتات الواحدة في بصمة PDQ لا ينتجه PDQ
line-W082 = ملخصات SHA-256 في القائمة تشبه بصمات PDQ: هل النوع صحيح؟
line-W090 = تتناقض القائمة في بصمة؛ صحّح أحد السطرين أو ادمجهما
line-other = سطر غير صحيح: { $message }
list-conflict = { $second }: ‏W090 تتناقض القائمة «{ $list }» في { $hash }، وهي أيضًا في { $first }
list-shared-id = { $second }: ‏W091 للمعرّف «{ $id }» في القائمة «{ $list }» بصمة { $type } غير التي في { $first }

# Fetching lists.
fetch = { $location }: { $problem }
fetch-not-a-file = ليس ملفًا
fetch-changing = يتغير أثناء القراءة؛ ليُكتب باسم آخر ثم يُعاد تسميته
fetch-written = مفتوح للكتابة؛ ليُكتب باسم آخر ثم يُعاد تسميته، أو ليُغلق
fetch-checksum = ليس ما يعلنه «{ $by }»: ‏{ $method } هو { $found } بدلًا من { $said }؛ ضع الاثنين من جديد
fetch-no-checksum = لا يحوي مجموعًا اختباريًا واضحًا لـ «{ $list }»؛ ضع الصحيح أو احذفه
fetch-too-large = يتجاوز { $limit ->
    [zero] { $limit } بايت
    [one] بايت واحد
    [two] بايتين
    [few] { $limit } بايتات
    [many] { $limit } بايتًا
   *[other] { $limit } بايت
}؛ ارفع size_max إن صح أن تكون قائمة بهذا الحجم
fetch-no-signature = لا توقيع في { $location }؛ اطلبه من الناشر
fetch-empty = لا قائمة فيه، أو ليس فيه إلا ملفات قيد الكتابة أو مرافقة لقوائم؛ ضع واحدة
fetch-link = «{ $name }» رابط إلى خارج المجلد أو إلى لا شيء؛ ضع الملف نفسه
fetch-altered = طُبّق «{ $name }» ثم تغيّر محتواه؛ ضع الجديد باسم جديد
fetch-late = «{ $name }» يسبق «{ $last }» الذي أُخذ من قبل؛ ضعه باسم لاحق أو احذفه
fetch-back = اختفى «{ $last }» الذي أُخذ آخرًا، و«{ $name }» أقدم منه؛ ضع أحدث قائمة
fetch-crowded = فيه أكثر من { $limit ->
    [zero] { $limit } ملف
    [one] ملف واحد
    [two] ملفين
    [few] { $limit } ملفات
    [many] { $limit } ملفًا
   *[other] { $limit } ملف
}؛ انقل القديمة
fetch-url = رابط غير صالح أو من نوع لا يُجلب هنا
fetch-insecure = غير مشفّر؛ استعمل https، أو insecure_http إن كان الطريق آمنًا
fetch-setting = إعداد المصدر غير صالح
fetch-authority = سلطة التصديق { $path }: { $problem }
fetch-connection = لا اتصال: { $message }
fetch-tls = الخادم غير موثوق: { $message }؛ تُذكر السلطة الخاصة عبر ca
fetch-timeout = لم يصل شيء خلال { $seconds } ث ({ $setting })
fetch-protocol = الجواب ليس HTTP صحيحًا: { $message }
fetch-status = أجاب الخادم { $status }
fetch-later = أجاب الخادم { $status } وطلب العودة بعد { $seconds ->
    [zero] { $seconds } ثانية
    [one] ثانية واحدة
    [two] ثانيتين
    [few] { $seconds } ثوانٍ
    [many] { $seconds } ثانية
   *[other] { $seconds } ثانية
}؛ شغّل المهمة حينئذ
fetch-redirect = حوّل إلى { $to } ولا يُتبع؛ إن كان صحيحًا فاجعله url
fetch-redirects = حوّل أكثر من { $limit ->
    [zero] { $limit } مرة
    [one] مرة واحدة
    [two] مرتين
    [few] { $limit } مرات
    [many] { $limit } مرة
   *[other] { $limit } مرة
}
fetch-length = لا يبيّن الجواب طوله بوضوح
fetch-encoding = الجواب مرمّز ({ $encoding }) ولم يُطلب ذلك
fetch-range = أُرسل جزء غير المطلوب
fetch-cut = قُطع بعد { $found ->
    [zero] { $found } بايت
    [one] بايت واحد
    [two] بايتين
    [few] { $found } بايتات
    [many] { $found } بايتًا
   *[other] { $found } بايت
}
fetch-surplus = الجواب أطول من { $announced ->
    [zero] { $announced } بايت
    [one] بايت واحد
    [two] بايتين
    [few] { $announced } بايتات
    [many] { $announced } بايتًا
   *[other] { $announced } بايت
} المعلنة
fetch-other = فشل الجلب: { $message }

# Secrets of sources.
secret-not-set = يجب أن يحوي متغير البيئة { $name } السر، وهو غير معيّن
secret-unreadable = تعذّرت قراءة السر: { $message }
secret-public = يستطيع غير المالك قراءة { $path }؛ امنع ذلك (chmod 600)
secret-unusable = السر فارغ أو طويل جدًا أو فيه محارف لا تصلح في ترويسة
secret-header = ‏{ $name } ليس ترويسة لسر
secret-other = سر غير صالح: { $message }

# Signatures of lists.
signature-key = المفتاح { $number } ليس مفتاح minisign عامًا: 56 محرفًا تبدأ بـ RW
signature-no-key = لا مفتاح مضبوط، فلا توقيع يصح؛ اذكر مفتاح الناشر العام
signature-garbage = التوقيع ليس بتنسيق minisign؛ اطلب من الناشر ملف .minisig
signature-legacy = توقيع من النوع القديم؛ ليُوقَّع بـ minisign 0.10 أو أحدث، أو مع -H
signature-other-key = موقّع بالمفتاح { $key } غير الموثوق؛ أضفه إن كان للناشر مفتاح جديد
signature-mismatch = التوقيع ليس لهذه البايتات؛ لا تستعملها واجلب الاثنين من جديد
signature-missing = ليس في التعليق الموقّع الحقل { $field }؛ ليُوقَّع بلا تعليق خاص (-t)
signature-unclear = ليس في التعليق الموقّع { $field } واحد واضح؛ ليُوقَّع بلا تعليق خاص (-t)
signature-other-file = موقّع باسم «{ $found }» لا «{ $expected }»: هل هي قائمة أخرى للناشر نفسه؟
signature-rollback = موقّع في { $found } قبل آخر ما قُبل في { $last }: تُعرض قائمة قديمة من جديد
signature-frozen = موقّع قبل { $age ->
    [zero] { $age } ثانية
    [one] ثانية واحدة
    [two] ثانيتين
    [few] { $age } ثوانٍ
    [many] { $age } ثانية
   *[other] { $age } ثانية
}، والحد { $age_max }؛ اسأل الناشر لمَ لا يوجد أحدث
signature-future = موقّع بعد { $ahead ->
    [zero] { $ahead } ثانية
    [one] ثانية واحدة
    [two] ثانيتين
    [few] { $ahead } ثوانٍ
    [many] { $ahead } ثانية
   *[other] { $ahead } ثانية
} من الآن؛ تحقق من ساعة هذا الجهاز
signature-other = توقيع غير صحيح: { $message }

# What has no message of its own.
action-other = تعذّرت العملية ({ $action })
