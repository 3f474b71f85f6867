# Fetching lists.
fetch-not-a-file = ليس ملفًا
fetch-changing = يتغير أثناء القراءة؛ ليُكتب باسم آخر ثم تُعاد تسميته
fetch-written = مفتوح للكتابة؛ ليُكتب باسم آخر ثم تُعاد تسميته، أو ليُغلق
fetch-checksum = ليس ما يعلنه «{ $by }»: ‏{ $method } هو { $found } بدلًا من { $said }؛ استبدل الملفين
fetch-no-checksum = لا يحوي مجموعًا اختباريًا واضحًا لـ «{ $list }»؛ ضع الصحيح أو احذف هذا الملف
fetch-too-large = يتجاوز { $limit ->
    [zero] { $limit } بايت
    [one] بايتًا واحدًا
    [two] بايتين
    [few] { $limit } بايتات
    [many] { $limit } بايتًا
   *[other] { $limit } بايت
}؛ ارفع size_max إن أمكن أن تكون قائمة بهذا الحجم
fetch-no-signature = لا توقيع في { $location }؛ اطلبه من الناشر
fetch-empty = لا قائمة فيه، أو ليس فيه إلا ملفات قيد الكتابة أو مرافقة لقوائم؛ ضع فيه قائمة
fetch-link = «{ $name }» رابط إلى خارج المجلد أو إلى لا شيء؛ ضع الملف نفسه
fetch-altered = طُبّق «{ $name }» ثم تغيّر محتواه؛ ضع المحتوى الجديد باسم جديد
fetch-late = «{ $name }» يسبق «{ $last }» الذي طُبّق من قبل؛ ضعه باسم لاحق أو احذفه
fetch-back = اختفى «{ $last }» الذي طُبّق آخرًا، و«{ $name }» أقدم منه؛ ضع أحدث قائمة
fetch-crowded = فيه أكثر من { $limit ->
    [zero] { $limit } ملف
    [one] ملف واحد
    [two] ملفين
    [few] { $limit } ملفات
    [many] { $limit } ملفًا
   *[other] { $limit } ملف
}؛ انقل القديمة
fetch-url = { $fault }
fetch-insecure = غير مشفّر؛ استعمل https، أو insecure_http إن كانت الشبكة آمنة
fetch-proxy = ليس proxy عنوان URL؛ صيغته http://HOST:PORT بلا اسم ولا كلمة مرور
fetch-secret = { $problem }
fetch-authority = سلطة التصديق (ca) { $path }: { $fault }
fetch-connection = لا اتصال: { $fault }
fetch-tls = الخادم غير موثوق: «{ $message }»؛ تُذكر السلطة الخاصة عبر ca
fetch-timeout = انتهت المهلة: { $what }، وحدّه { $seconds } ث ({ $setting })
fetch-protocol = الجواب ليس HTTP صحيحًا: { $fault }
fetch-status = أجاب الخادم { $status }: { $meaning }
fetch-later = أجاب الخادم { $status } وطلب الانتظار { $seconds ->
    [zero] { $seconds } ثانية
    [one] ثانية واحدة
    [two] ثانيتين
    [few] { $seconds } ثوانٍ
    [many] { $seconds } ثانية
   *[other] { $seconds } ثانية
}؛ شغّل المهمة حينئذ
fetch-redirect = حُوّل إلى { $to }، { $why }؛ إن كان ذلك صحيحًا فاجعله url
fetch-redirects = حُوّل أكثر من { $limit ->
    [zero] { $limit } مرة
    [one] مرة واحدة
    [two] مرتين
    [few] { $limit } مرات
    [many] { $limit } مرة
   *[other] { $limit } مرة
}
fetch-length = طول الجواب غير واضح: { $fault }
fetch-encoding = الجواب مرمّز ({ $encoding }) ولم يُطلب ذلك
fetch-range = أُرسل جزء غير المطلوب: { $fault }
fetch-cut = قُطع بعد { $found ->
    [zero] { $found } بايت
    [one] بايت واحد
    [two] بايتين
    [few] { $found } بايتات
    [many] { $found } بايتًا
   *[other] { $found } بايت
}
fetch-surplus = الجواب أطول مما أُعلن، وهو { $announced ->
    [zero] { $announced } بايت
    [one] بايت واحد
    [two] بايتان
    [few] { $announced } بايتات
    [many] { $announced } بايتًا
   *[other] { $announced } بايت
}

fetch-page = تعذّرت قراءة الصفحة { $page }: { $fault }
fetch-sign-in = يكون الدخول إليه باسم وكلمة مرور؛ اضبط `auth = {"{"} basic = ... {"}"}`
fetch-incomplete = الإشارات التي يعدّها خادوم HMA: { $counted }، والموجود منها: { $found }، والأرقام المتتالية بلا محتوى: { $gap }؛ زِد `gap_max`، أو أعد تشغيل المهمة حين لا يغيّر أحد بنوكه
fetch-bank-unknown = لا بنك فيه باسم «{ $bank }»؛ صحّح `banks`
fetch-token-missing = لا رمز دخول في الجواب؛ أخبر المزوّد

# Pages of interfaces.
page-fault-cut = تنتهي في وسطها؛ أعد تشغيل المهمة، وأخبر المزوّد إن بقي ذلك
page-fault-broken = غير صحيحة؛ أعد تشغيل المهمة، وأخبر المزوّد إن بقي ذلك
page-fault-loop = تحيل إلى نفسها؛ أخبر المزوّد
page-fault-link = تحيل إلى خادوم آخر أو فترة أخرى؛ أخبر المزوّد

# The configuration of a source.
url-not-a-url = ليس عنوان URL؛ صيغته https://HOST/PATH، وما ليس من ASCII يُكتب %XX
url-credentials = فيه اسم أو كلمة مرور؛ ضعهما في auth
url-scheme = ليس http ولا https؛ لما على هذا الجهاز اذكر ملفًا أو مجلدًا
url-target = يقود إلى عنوان URL غير صالح
authority-unreadable = «{ $message }»
authority-too-long = أطول من أن يكون شهادات
authority-not-pem = ليس بتنسيق PEM
authority-empty = لا شهادة فيه بتنسيق PEM

# Answers of servers.
connection-host-unknown = المضيف غير معروف
connection-proxy = الوسيط لا يقيم أي اتصال
connection-failed = «{ $message }»
awaited-connection = الاتصال
awaited-byte = انتظار البايت التالي
awaited-all = النقل كله
protocol-head = ترويسته طويلة جدًا
protocol-part-without-end = جزء منه بلا نهاية
protocol-request = لا يمكن طلب كهذا
protocol-answer = «{ $message }»
status-meaning-denied = الدخول مرفوض؛ تحقق من auth
status-meaning-absent = لا شيء في هذا العنوان؛ تحقق من url
status-meaning-not-now = ليس الآن؛ أعد المحاولة لاحقًا
status-meaning-out-of-order = الخادم معطل؛ أعد المحاولة لاحقًا
status-meaning-unchanged = لم يتغير، ولم يُسأل عن ذلك
status-meaning-elsewhere = القائمة في موضع آخر لم يُذكر
status-meaning-no-list = ليست قائمة
redirect-not-a-url = وهو ليس عنوان URL
redirect-unencrypted = وهناك لا شيء مشفّر
redirect-other-server = وهو خادم آخر
redirect-url = وهو { $fault }
length-not-a-number = قيمة Content-Length ليست عددًا
length-old-chunks = أجزاء متتابعة في HTTP/1.0
length-missing = لا Content-Length ولا أجزاء متتابعة
length-transfer = لا يقتصر Transfer-Encoding على الأجزاء المتتابعة
length-twice = ورد Content-Length مرتين
length-both = ورد Content-Length و Transfer-Encoding معًا
range-other-version = من نسخة أخرى، أو من نسخة لم تُذكر
range-unclear = قيمة Content-Range غير واضحة
range-place = بدايته أو نهايته في غير موضعها
range-length = قيمة Content-Length ليست طول الجزء
range-not-asked = لم يُطلب أي جزء
range-no-more = ليس لديه المزيد، وليس ما جُلب من قبل

# Secrets of sources.
secret-not-set = يجب أن يحوي متغير البيئة { $name } السر، وهو غير معيّن
secret-not-set-unnamed = يجب أن يحوي متغير البيئة المذكور في `env` السر، وهو غير معيّن
secret-unreadable = تعذّرت قراءة السر: «{ $message }»
secret-path-not-whole = تعذّرت قراءة السر: اذكر في `file` المسار الكامل لملف موجود
secret-public = يستطيع غير المالك قراءة { $path }؛ امنع ذلك (chmod 600)
secret-unusable = السر فارغ أو طويل جدًا أو فيه محارف لا تصلح في ترويسة
secret-header = «{ $name }» ليس ترويسة لسر
secret-header-invalid = ‏`name` ليس ترويسة

# Signatures of lists.
signature-key = المفتاح { $number } ليس مفتاح minisign عامًا: 56 محرفًا تبدأ بـ RW
signature-no-key = لا مفتاح مضبوط، فلا توقيع يصح؛ اذكر مفتاح الناشر العام
signature-garbage = التوقيع ليس بتنسيق minisign؛ اطلب من الناشر ملف .minisig
signature-legacy = توقيع من النوع القديم؛ ليُوقَّع بـ minisign 0.10 أو أحدث، أو مع -H
signature-other-key = موقّع بالمفتاح { $key } غير الموثوق؛ أضفه إن كان للناشر مفتاح جديد
signature-mismatch = التوقيع ليس لهذه البايتات؛ لا تستعملها واجلب الاثنين من جديد
signature-missing = ليس في التعليق الموقّع الحقل { $field }؛ ليُوقَّع بلا تعليق خاص (-t)
signature-unclear = ليس في التعليق الموقّع حقل { $field } واحد صحيح؛ ليُوقَّع بلا تعليق خاص (-t)
signature-other-file = موقّع باسم «{ $found }» لا «{ $expected }»: هل هي قائمة أخرى للناشر نفسه؟
signature-rollback = موقّع في { $found } قبل آخر قائمة مقبولة، وهي بتاريخ { $last }: تُعرض قائمة قديمة من جديد
signature-frozen = التوقيع قديم (العمر: { $age }، والحد: { $age_max })؛ اسأل الناشر لمَ لا يوجد أحدث
signature-future = وقت التوقيع في المستقبل (الفرق: { $ahead })؛ تحقق من ساعة هذا الجهاز

# What guards find.
guard-violation = { $guard }: { $finding }
guard-gone = مدخلات ستزول أو تبطل: { $part } من أصل { $before } (بنسبة { $percent } %)، والمسموح { $most } %
guard-gone-since = مدخلات ستزول أو تبطل: { $part } من أصل { $before } (بنسبة { $percent } % مع ما تغيّر منذ { $since })، والمسموح { $most } %
guard-gone-types = ستزول أو تبطل كل مدخلات { $types }
guard-come = مدخلات ستُضاف: { $part } إلى { $before } (بنسبة { $percent } %)، والمسموح { $most } %
guard-come-since = مدخلات ستُضاف: { $part } إلى { $before } (بنسبة { $percent } % مع ما تغيّر منذ { $since })، والمسموح { $most } %
guard-becomes-local = ستصير القائمة محلية: ستزول كل مدخلاتها وعددها { $entries }
guard-dropped = لم يعد sources.toml يذكر لها مصدرًا؛ ستزول كل مدخلاتها
guard-malformed = السجلات المعيبة { $rejected } من أصل { $records }، والمسموح { $most } %
guard-malformed-first = السجلات المعيبة { $rejected } من أصل { $records }، والمسموح { $most } %؛ أولها: السطر { $line }: ‏{ $code } { $problem }
guard-degenerate = بصمات صور متجانسة: { $count }؛ أولاها: { $first }
guard-canary = مدخلات تطابق صورًا بريئة من مجموعة canary: { $count }: { $named }
guard-no-entry = ليست في القائمة أي مدخلة
guard-no-entry-counts = لا تسري أي مدخلة من مدخلاتها وعددها { $entries }: انتهت صلاحيتها، أو تعلن أنها خارج موضوع القائمة
guard-version-back = الإصدار { $version }، والإصدار الساري { $known }
guard-version-again = الإصدار { $version } من جديد، بمحتوى آخر
guard-version-missing = لا إصدار مذكورًا، والإصدار الساري { $known }
guard-gap = يغيّر الإصدار { $previous }، والإصدار الساري { $known }: ينقص ملف بينهما
guard-gap-from-none = يغيّر الإصدار { $previous }، ولا إصدار ساريًا: ينقص ملف بينهما
guard-other-kind = يذكر بيانه { $found }، والمصدر معلن { $declared }
guard-other-list = يذكر بيانه القائمة «{ $found }»، وكان يذكر «{ $known }»
guard-rolled-back = جرى التراجع عن { $name } ({ $digest }) من قبل
guard-signature = { $error }
guard-older = تاريخه { $found }، وتاريخ الساري { $known }
guard-ahead = تاريخه { $as_of }، وهو في المستقبل
guard-too-old = تاريخه { $as_of } (العمر: { $age }، والحد: { $most }): اسأل المزوّد لمَ لا يوجد أحدث
guard-clock = الوقت هنا { $here }، وقد حُدّث هذا المستودع في { $known }: اضبط الساعة
guard-in-force-damaged = { $error }

# What looks wrong in a source.
source-no-list-by-name = { $folder }: عدد الملفات { $files }، ولا يدل اسم أي منها على قائمة
source-still-written = { $folder }: لم يؤخذ «{ $name }»: يدل اسمه على أنه قيد الكتابة؛ غيّر اسمه حين يكتمل
source-orphan = { $folder }: لم يؤخذ «{ $name }»: يدل اسمه على مجاميع اختبارية، وقائمتها غير موجودة؛ سمِّ القائمة باسم آخر
source-seems-newer = { $folder }: يبدو «{ $other }» أحدث من «{ $taken }» ولم يؤخذ: تتبع الملفات ترتيب بايتات أسمائها؛ رقّمها بأصفار في أولها
source-applied-before = { $folder }: يُطبَّق «{ $before }» قبل «{ $name }»: تتبع الملفات ترتيب بايتات أسمائها؛ رقّمها بأصفار في أولها
source-checksum-method = لم يُتحقق من «{ $name }»: طريقته غير معروفة هنا
source-page-owed = تعذّرت قراءة صفحة الفترة من { $from } إلى { $to }؛ مدخلاتها ناقصة، وتُطلب من جديد في كل تحديث: أخبر المزوّد
source-pages-end = تعذّرت قراءة الصفحة { $page }، ولم يُوصَل إلى ما بعدها؛ ما قبلها معمول به: أخبر المزوّد
source-pages-anew = لم يعد رابط الصفحة التالية صالحًا؛ بدأت فترتها من جديد
source-more = وغيرها: { $count }

# Who holds a lock.
holder-known = { $action } ({ $by }، العملية { $process }، منذ { $since })
holder-unknown = عملية أخرى

# Why a service did not check a hash.
unchecked-hash-type = لا تقبل الخدمة بصمات من النوع { $name }
unchecked-failed = { $problem }
unchecked-paused = لم تُسأل، لأن الخدمة تعطلت قبل ذلك أو تطلب الانتظار؛ اسأل لاحقًا
unchecked-silent = لا ذكر لها في الجواب؛ اسأل مشغّل الخدمة
unchecked-unclear = الجواب غير مفهوم؛ اسأل مشغّل الخدمة
