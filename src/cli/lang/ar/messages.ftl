# Findings.
status-matched = تطابق
status-no_match = لا تطابق
status-low_quality = جودة غير كافية
status-unsupported = غير مدعوم
status-damaged = تالف
status-unreadable = تعذّرت قراءته
status-over_limit = تجاوز الحد
status-skipped = متجاهَل
status-suppressed = محجوب
status-authentic = أصيل
status-weak = قرينة
status-lead = خيط
status-incomplete = ناقص
finding = { $path }: { $status }
finding-reason = { $path }: { $status } { $reason }
reason-between = {"؛ "}
reason-of-track = مسار الفيديو { $track }: { $reason }
reason-times = {" "}({ $times ->
    [zero] { $times } مرة
    [one] مرة واحدة
    [two] مرتان
    [few] { $times } مرات
    [many] { $times } مرة
   *[other] { $times } مرة
})
reason-repeated = { $reason } ({ $times ->
    [zero] { $times } مرة
    [one] مرة واحدة
    [two] مرتان
    [few] { $times } مرات
    [many] { $times } مرة
   *[other] { $times } مرة
})
reason-both = { $first }؛ { $second }
match-near = { $type } يختلف في { $distance ->
    [zero] { $distance } بت
    [one] بت واحد
    [two] بتّين
    [few] { $distance } بتات
    [many] { $distance } بتًّا
   *[other] { $distance } بت
}، والمسموح حتى { $radius }
match-exact = { $type } مطابق تمامًا
match-view = ، { $view }
match-area = ، { $area } (اليسار، الأعلى، اليمين، الأسفل: { $region } %)
match-details = ، السمات الموضعية: { $features }، القطع: { $tiles } من 5
match-track = ، مسار الفيديو { $track }
match-frame = ، الصورة { $frame }
match-listed-at = ، مدرج عند { $time }
match-segment = ، من { $from } إلى { $to }
match-segment-listed = {" "}يقابله فيه من { $from } إلى { $to }
match-segments-more = ، …
match-covered = ؛ { $covered } من { $whole }
match-covered-listed = ، و{ $covered } من المدرج { $whole }
match-disputed = محل خلاف: القرار يعود إلى شخص
match-quarantined = في الحجر: صار المدخل يطابق فجأة ملفات كثيرة جدًا، والقرار يعود إلى شخص
match-suppressed = محجوب: تفيد القائمة بأن هذا المحتوى لا يدخل فيها
match-allowed = محجوب: القائمة { $list } تسمح به
line-allowed = القائمة { $list } تسمح به
line-off-subject = تفيد قائمته بأن هذا المحتوى لا يدخل فيها
match-authentic = أصيل: قريب جدًا من هذا البلاغ؛ وقد لا يظهر تغيير رقم في البصمة
match-authentic-too = يظهر هذا البلاغ الأصيل أيضًا؛ ويقارن شخص بينهما
match-weak = قرينة: ثمة ما يشير إلى هذا الفيديو، وهو أقل من أن يُعدّ تطابقًا؛ القرار يعود إلى شخص
match-lead = خيط: قد تكون نسخة، وقد تكون صورة أخرى تشبهها؛ القرار يعود إلى شخص
match-reason = لم يُفحص كله: { $reason }
match-more = بصمات أخرى مدرجة ضمن نصف القطر ولا تُعرض: { $count }
match-review = ؛ القرار يعود إلى شخص (review على الأكثر)
match-log = ؛ للتسجيل فقط (log على الأكثر)

# A line for each file or hash.
line-match = { $what }: { $status } { $item }{ $labels }، { $how }{ $others }{ $at_most }
line-nothing = { $what }: { $status }
line-near = { $distance } من { $radius } بت
line-near-type = { $distance } من { $radius } بت في { $type }
line-exact = { $type } نفسه
line-others = {" "}(وغيره: { $count })
line-span = { $from }-{ $to }
line-segment = ، { $here } = { $there }
line-segment-here = ، { $here }
line-segments-more = ، وأجزاء أخرى: { $count }
line-of-file = { $percent } % من هذا الملف
line-of-file-all = هذا الملف كله
line-of-listed = ، { $percent } % من الفيديو المدرج
line-of-listed-all = ، الفيديو المدرج كله
line-shares = {" "}({ $here }{ $there })

# Matched files, by cluster.
group-head = { $cluster }، عدد الملفات: { $count }
group-item = مدرج: { $item }
group-items-more = مدرج: عناصر أخرى لا تُعرض هنا
group-near = { $distance } { $bits ->
    [zero] بت
    [one] بت
    [two] بت
    [few] بتات
    [many] بتًّا
   *[other] بت
} من { $type }، والحد { $radius }
group-exact = مطابق تمامًا حسب { $type }

# Progress.
progress-files = الملفات: { $count }
progress-left = بقي { $time }
progress-matches = التطابقات: { $count }
progress-video = الفيديو: { $time }

# The summary of a job.
summary-files = { $discovered ->
    [zero] { $discovered } ملف
    [one] ملف واحد
    [two] ملفان
    [few] { $discovered } ملفات
    [many] { $discovered } ملفًا
   *[other] { $discovered } ملف
}، { $bytes } في { $seconds } ث: { $files } ملف/ث، { $throughput }/ث
summary-uncovered = { $files ->
    [zero] { $files } ملف لم يُفحص، أو لم يُفحص كله
    [one] ملف واحد لم يُفحص، أو لم يُفحص كله
    [two] ملفان لم يُفحصا، أو لم يُفحصا كلهما
    [few] { $files } ملفات لم تُفحص، أو لم تُفحص كلها
    [many] { $files } ملفًا لم تُفحص، أو لم تُفحص كلها
   *[other] { $files } ملف لم تُفحص، أو لم تُفحص كلها
}: يبيّن ‎-v السبب
summary-memory = أقصى ذاكرة: { $bytes }
summary-memory-unknown = لا يذكرها النظام
count-matched = تطابق
count-no_match = لا تطابق
count-hashed = حُسبت بصماته
count-low_quality = جودة غير كافية
count-unsupported = غير مدعوم
count-damaged = تالف
count-unreadable = تعذّرت قراءته
count-over_limit = تجاوز الحد
count-skipped = متجاهَل
count-clusters = المجموعات: قرارات يجب اتخاذها
count-list = القائمة { $name }
count-label = الوسم { $name }
count-others = (غيرها)
count-members = منها داخل الأرشيفات
count-suppressed = محجوب بمدخلات نافية
count-authentic = بلاغات أصيلة
count-derived = بمشهد يلغي تعديلًا
count-weak = قرائن أضعف من التطابق
count-quarantined = مدخلات في الحجر: طابقت فجأة ملفات كثيرة جدًا
count-quarantined-files = ملفات { $item }
count-excluded = استُبعد بـ --exclude
count-walked = ملفات كل الأجزاء
kind-empty = ملفات فارغة
kind-unknown = نوعها غير معروف
not-searched = لم يُبحث عنه
not-searched-option = { $what }: { $option }
not-searched-turned = نسخ مقلوبة أو مُدارة
not-searched-edited = نسخ مقصوصة أو مؤطرة أو عليها نص، ولقطات شاشة
not-searched-harder = نسخ غُيّرت بأكثر من طريقة
not-searched-frames = مشاهد الفيديو بين الصور المفتاحية
not-searched-archives = ما في الأرشيفات: احذف --no-archives
summary-slowest = أبطأ الملفات
summary-seconds = { $seconds } ث
summary-interrupted = توقف قبل النهاية: لم تُفحص كل الملفات
summary-lookup = البصمات المبحوث عنها: { $looked_up }، وُجد منها: { $matched }
summary-lookup-files = الملفات المبحوث عنها: { $files }، وُجد منها: { $matched }
lookup-upright = لم يُبحث عن النسخ المعكوسة والمدوّرة والمقصوصة: --views standard
lookup-low-quality = بصمات ضعيفة الجودة لم يُبحث عنها: { $count } (--min-quality)
lookup-skipped = بصمات لا تدل على شيء لم يُبحث عنها، كبصمات الملفات الفارغة: { $count }
lookup-not-listed = بصمات من النوع { $type } لم يُبحث عنها لأن القوائم تخلو منه: { $count }
explained = { $hash }: بحث { $structure } في { $hashes ->
    [zero] { $hashes } بصمة
    [one] بصمة واحدة
    [two] بصمتين
    [few] { $hashes } بصمات
    [many] { $hashes } بصمة
   *[other] { $hashes } بصمة
} وجد { $hits } بكلفة { $cost ->
    [zero] { $cost } مقارنة
    [one] مقارنة واحدة
    [two] مقارنتين
    [few] { $cost } مقارنات
    [many] { $cost } مقارنة
   *[other] { $cost } مقارنة
}، والتقدير { $estimate }: مقارَنة { $compared }، عُقد { $nodes }، خانات { $probes }، إحالات { $postings }، محقَّقة { $verified }
explained-gave-up = ؛ تُركت الخانات لامتلائها

# Lists and indexes.
loaded-list = { $list }: { $imported ->
    [zero] { $imported } مدخلة
    [one] مدخلة واحدة
    [two] مدخلتان
    [few] { $imported } مدخلات
    [many] { $imported } مدخلة
   *[other] { $imported } مدخلة
} من { $lines ->
    [zero] { $lines } سطر
    [one] سطر واحد
    [two] سطرين
    [few] { $lines } أسطر
    [many] { $lines } سطرًا
   *[other] { $lines } سطر
} في { $path } ({ $format })
media-list-file = { $path } مستعمل قائمةً
media-list-pictures = تُستعمل قائمةً من { $path }: { $pictures ->
    [zero] { $pictures } صورة
    [one] صورة واحدة
    [two] صورتان
    [few] { $pictures } صور
    [many] { $pictures } صورة
   *[other] { $pictures } صورة
}
media-list-clips = تُستعمل قائمةً من { $path }: { $clips ->
    [zero] { $clips } مقطع فيديو
    [one] مقطع فيديو واحد
    [two] مقطعا فيديو
    [few] { $clips } مقاطع فيديو
    [many] { $clips } مقطع فيديو
   *[other] { $clips } مقطع فيديو
}
media-list-both = تُستعمل قائمةً من { $path }: { $pictures ->
    [zero] { $pictures } صورة
    [one] صورة واحدة
    [two] صورتان
    [few] { $pictures } صور
    [many] { $pictures } صورة
   *[other] { $pictures } صورة
} و{ $clips ->
    [zero] { $clips } مقطع فيديو
    [one] مقطع فيديو واحد
    [two] مقطعا فيديو
    [few] { $clips } مقاطع فيديو
    [many] { $clips } مقطع فيديو
   *[other] { $clips } مقطع فيديو
}
loaded-set-aside = { $list }: مدخلات تُركت جانبًا (خاطئة: { $rejected }؛ ضعيفة الجودة: { $low_quality }؛ ليست بصمات وسائط: { $skipped })
duplicates = مدخلات مكررة دُمجت: { $count }
warnings-more = تحذيرات أخرى من هذا النوع: { $count }
built = { $path }: { $hashes ->
    [zero] { $hashes } بصمة
    [one] بصمة واحدة
    [two] بصمتان
    [few] { $hashes } بصمات
    [many] { $hashes } بصمة
   *[other] { $hashes } بصمة
} في { $entries ->
    [zero] { $entries } مدخلة
    [one] مدخلة واحدة
    [two] مدخلتين
    [few] { $entries } مدخلات
    [many] { $entries } مدخلة
   *[other] { $entries } مدخلة
}، { $bytes }
converted = مدخلات حُوّلت إلى { $format }: { $count }
convert-left-out = مدخلات لم تُكتب في { $format }: { $count } ({ $why })
convert-lost = لا مكان في { $format } للحقل { $field }: فقدته مدخلات عددها { $count }
left-out-type = ليس فيه بصمات من النوع { $type }
left-out-still = ليس فيه { $type } إلا لمقاطع الفيديو
left-out-frame = ليس فيه صور مقاطع فيديو
left-out-removal = ليس فيه عمليات سحب
left-out-negative = لا يستطيع أن ينفي وجود شيء في القائمة
left-out-expired = المدخلة لم تعد سارية
left-out-nameless = يلزمه اسم ملف وليس للمدخلة معرّف
left-out-incomplete = يلزم أسطره كل البصمات والحجم واسم الملف
left-out-line-end = في اسم الملف نهاية سطر
left-out-too-flat = الصورة متجانسة لا تُميَّز عن غيرها (جودتها دون 50)
left-out-no-clip = ليس فيه صور ثابتة، بل لقطات فيديو فقط
left-out-second-clip = لا يتسع إلا لفيديو واحد، ويتسع vpdq-json لعدة فيديوهات
left-out-same-frame = لكل لقطة بصمة واحدة، ولهذه اللقطة بصمة سابقة
left-out-timeless = يلزمه وقت كل لقطة
left-out-member = عنصر الأرشيف ليس ملفًا
left-out-flat = يلزمه مقدار الجودة
verified = فُحص كل بايت: الفهرس سليم
list-place = { $place }: { $code } { $problem }
inspect-head = فهرس basma، الإصدار { $version }، { $bytes }
inspect-table = { $type }: { $hashes ->
    [zero] { $hashes } بصمة
    [one] بصمة واحدة
    [two] بصمتان
    [few] { $hashes } بصمات
    [many] { $hashes } بصمة
   *[other] { $hashes } بصمة
} في { $entries ->
    [zero] { $entries } مدخلة
    [one] مدخلة واحدة
    [two] مدخلتين
    [few] { $entries } مدخلات
    [many] { $entries } مدخلة
   *[other] { $entries } مدخلة
}
inspect-structure = { $name }{ $size }: { $why }
structure-digests = الملخصات متطابقة أو لا
structure-always = ممكنة دائمًا
structure-large-radii = لأنصاف الأقطار التي لا أسرع منها فيها
structure-few-hashes = الأسرع دون { $hashes ->
    [zero] { $hashes } بصمة
    [one] بصمة واحدة
    [two] بصمتين
    [few] { $hashes } بصمات
    [many] { $hashes } بصمة
   *[other] { $hashes } بصمة
}
structure-small-radii = أسرع حتى نصف القطر { $radius }
structure-chunks = { $chunks ->
    [zero] { $chunks } شريحة
    [one] شريحة واحدة
    [two] شريحتان
    [few] { $chunks } شرائح
    [many] { $chunks } شريحة
   *[other] { $chunks } شريحة
} من { $bits ->
    [zero] { $bits } بت
    [one] بت واحد
    [two] بتّين
    [few] { $bits } بتات
    [many] { $bits } بتًّا
   *[other] { $bits } بت
} على الأكثر؛ أسرع ما لم تمتلئ خاناتها كثيرًا
structure-chunks-asked = { $chunks ->
    [zero] { $chunks } شريحة
    [one] شريحة واحدة
    [two] شريحتان
    [few] { $chunks } شرائح
    [many] { $chunks } شريحة
   *[other] { $chunks } شريحة
} من { $bits ->
    [zero] { $bits } بت
    [one] بت واحد
    [two] بتّين
    [few] { $bits } بتات
    [many] { $bits } بتًّا
   *[other] { $bits } بت
} على الأكثر؛ مطلوبة
structure-asked = مطلوبة
inspect-lists = القوائم
inspect-sources = المصادر
inspect-source = { $path } ({ $format }، { $bytes }) من القائمة { $list }
inspect-sections = الأقسام
inspect-section = { $role } { $type } عند { $offset }، بايتات { $bytes }، { $padded } { $count ->
    [zero] عنصر
    [one] عنصر
    [two] عنصر
    [few] عناصر
    [many] عنصرًا
   *[other] عنصر
}

# Words before messages.
error = خطأ
warning = تحذير
complaint = ‏basma: { $kind }: { $text }

# What is remembered.
log-known = يحفظ { $file } سجلات { $count ->
    [zero] { $count } ملف
    [one] ملف واحد
    [two] ملفين
    [few] { $count } ملفات
    [many] { $count } ملفًا
   *[other] { $count } ملف
}
log-dropped = { $file }: { $count ->
    [zero] { $count } بايت غير مكتمل
    [one] بايت واحد غير مكتمل
    [two] بايتان غير مكتملين
    [few] { $count } بايتات غير مكتملة
    [many] { $count } بايتًا غير مكتمل
   *[other] { $count } بايت غير مكتمل
} في آخره، كما يترك فحص أُوقف قسرًا؛ يُعاد فحص ما كانت تسجله
log-left-out = ملفات لم تُحفظ: { $count }؛ لا مكان لها
rematch-summary = الملفات المحفوظة: { $remembered }، طابق منها: { $matched }
rematch-gap = { $type } غير محفوظ لـ { $missing } من { $all } من الملفات التي قد يكون لها: أعد فحصها لتعرف

# Stores.
store-made = أُنشئ مستودع؛ اذكر في { $path } مصادر قوائمه ثم شغّل basma refresh
serve-clamd = يتصل عملاء clamd عبر { $place }
serve-ready = الخدمة تستمع على { $url }؛ وتنتهي بالضغط على Ctrl-C
key-made = المفتاح { $name } في { $path }؛ ولا يُعرض إلا هذه المرة
store-ready = ‏{ $path } مستودع، وقائمته own سارية: أضف إليها بالأمر `basma add PICTURE{ $store }`؛ واذكر مصادر القوائم في { $sources } ثم شغّل `basma refresh{ $store }`
sources-checked = { $path }: سليم الصياغة؛ القوائم: { $count } ({ $lists })
already-listed = مدرج من قبل في { $list }: { $what }
already-listed-list = مدرج من قبل في { $list }: { $count ->
    [zero] لا مدخلات
    [one] مدخل واحد
    [two] مدخلان
    [few] { $count } مدخلات
    [many] { $count } مدخلًا
   *[other] { $count } مدخل
} (من { $path })
add-left-out = { $path }: ملفات ليست صورًا ولا فيديوهات ولم تُدرج: { $count }
store-meant = في المستودع { $path }
list-entries = المدخلات: { $count }
loaded-store = { $path }: الجيل { $generation }
store-expired = انتهت صلاحية القائمة { $list } في { $time }: لا تطابق شيئًا
store-stale = القائمة { $list } قديمة: مصدرها أقدم من المسموح
store-failing = تعذّر تحديث القائمة { $list }: { $error }
store-error = { $path }: يجيب الجيل { $generation } لأن الجيل الساري لا يمكن فتحه: { $why }
store-types = { $path }: دخلت القوائم أثناء الفحص بصمات { $types } لم تُحسب للملفات السابقة: أعد الفحص
refresh-list-changed = { $list }: { $entries ->
    [zero] { $entries } مدخلة
    [one] مدخلة واحدة
    [two] مدخلتان
    [few] { $entries } مدخلات
    [many] { $entries } مدخلة
   *[other] { $entries } مدخلة
}: تُضاف { $added } وتتغير { $changed } وتُحذف { $removed }؛ سجلات منحّاة: { $set_aside }
refresh-list-unchanged = { $list }: لا جديد، { $entries ->
    [zero] { $entries } مدخلة
    [one] مدخلة واحدة
    [two] مدخلتان
    [few] { $entries } مدخلات
    [many] { $entries } مدخلة
   *[other] { $entries } مدخلة
}
refresh-list-kept = { $list }: يبقى الساري ساريًا (كانت ستُضاف { $added } وتتغير { $changed } وتُحذف { $removed })
refresh-overridden = { $list }: جرى تجاوز الحارس { $guard }: { $why }
refresh-held = { $list }: أوقفها الحارس { $guard }: { $why }
refresh-way-out = ؛ إن كان صحيحًا فإن `basma refresh{ $name }{ $store } --override { $guards } --reason TEXT` يسمح بها مرة واحدة
refresh-failed = { $list }: { $error }
refresh-dropped = { $list }: لم يعد لها مصدر وقد زالت بكل مدخلاتها
refresh-published = ‏basma refresh: الجيل { $generation } ساري المفعول
refresh-would-publish = ‏basma refresh: كان سيُنشر الجيل { $generation }
refresh-nothing = ‏basma refresh: لا شيء للنشر
refresh-counts = ؛ القوائم: تغيّرت { $changed }، بلا تغيير { $unchanged }، موقوفة { $held }، فشلت { $failed }؛ سجلات منحّاة: { $set_aside }
refresh-not-current = ؛ ليست محدّثة: { $lists }
status-head = { $path }: الجيل { $generation } بتاريخ { $created }، بناه { $tool }
status-new = { $path }: جديد، لم يُنشر فيه شيء بعد؛ اذكر مصادره ثم شغّل basma refresh
status-list = { $list }: { $entries ->
    [zero] { $entries } مدخلة
    [one] مدخلة واحدة
    [two] مدخلتان
    [few] { $entries } مدخلات
    [many] { $entries } مدخلة
   *[other] { $entries } مدخلة
}{ $types }، { $kind }، أقصى ما يؤدي إليه التطابق { $at_most }
list-kind-snapshot = لقطة كاملة (snapshot)
list-kind-delta = تغييرات (delta)
list-kind-local = محلية
act-log = التسجيل فقط (log)
act-review = المراجعة (review)
act-block = الحجب (block)
status-fail = ملف تعذّر فحصه: { $fail ->
    [closed] لا يمر
   *[open] يمر ويُذكر أنه لم يُفحص
}
status-types = {" "}({ $types })
status-source = المصدر { $name }، الإصدار { $version }، sha256 { $sha256 }
status-source-unversioned = المصدر { $name }، sha256 { $sha256 }
status-age = بتاريخ { $as_of }: عمره { $age }، المسموح { $most }
status-age-unlimited = بتاريخ { $as_of }: عمره { $age }، بلا حد
status-succeeded = حُدّثت في { $time }
status-expiry = تنتهي صلاحية المدخلة التالية في { $time }
status-decided = يدويًا: أُضيفت { $added } وسُحبت { $revoked }؛ قرارات لم تُدمج بعد: { $unbuilt }
status-set-aside = سجلات معيبة منحّاة: { $count }
status-expires = يجوز استعمالها حتى { $time }
status-expired = انتهت صلاحيتها في { $time }: لا تطابق شيئًا
status-stale = قديمة: المصدر أقدم من المسموح
status-failing = فاشلة، { $count ->
    [zero] { $count } مرة
    [one] مرة واحدة
    [two] مرتان
    [few] { $count } مرات
    [many] { $count } مرة
   *[other] { $count } مرة
}: { $error }
rolled-back = قوائم الجيل { $to } سارية من جديد باسم الجيل { $generation }
diff-list = { $list }: { $before ->
    [zero] { $before } مدخلة
    [one] مدخلة واحدة
    [two] مدخلتان
    [few] { $before } مدخلات
    [many] { $before } مدخلة
   *[other] { $before } مدخلة
} ثم { $after }: أُضيفت { $added } وتغيرت { $changed } وحُذفت { $removed }
audit-record = { $at } { $by }: { $did }{ $reason }
audit-reason = {" "}(السبب: { $reason })
audit-add = إضافة إلى { $list }: { $what }
audit-revoke = سحب من { $list }: { $what }
audit-lift = رفع سحب من { $list }: { $what }
audit-publish = نشر الجيل { $generation }
audit-rollback = رجوع، وهو الجيل { $generation }
audit-hold = لم يُنشر شيء
audit-held = ؛ { $list }: أوقفها { $guards }
audit-failed = ؛ { $list }: فشلت: { $error }
audit-change = ؛ { $list }: أُضيفت { $added } وتغيرت { $changed } وحُذفت { $removed }
ask-server = يطّلع { $server } على كل بصمة من هذه البصمات: { $purpose }
ask-known = { $what }: معروفة لدى { $checker } ({ $details })
ask-not_known = { $what }: غير معروفة لدى { $checker }
ask-not_checked = { $what }: لم تتحقق منها { $checker }: { $why }
ask-exact = الملف نفسه
ask-near = ملف يشبهه
ask-distance = { $distance ->
    [zero] لا فرق
    [one] فرق بت واحد
    [two] فرق بتّين
    [few] فرق { $distance } بتات
    [many] فرق { $distance } بتًا
   *[other] فرق { $distance } بت
}
ask-not-taken = بصمات من النوع { $type } لم تُرسل لأن { $checker } لا تقبل هذا النوع: { $count }
summary-ask = البصمات المسؤول عنها: { $asked }، المعروف منها: { $known }، وما لم يُتحقق منه: { $not_checked }
feedback-written = قرارات كُتبت: { $count }
feedback-without = قرارات لا صيغة لها في واجهة المزوّد، لغياب معرّف أو نوع تقبله: { $count }
audit-verified = { $records ->
    [zero] { $records } سجل
    [one] سجل واحد
    [two] سجلان
    [few] { $records } سجلات
    [many] { $records } سجلًا
   *[other] { $records } سجل
}، لم يُغيَّر شيء ولم يُحذف ولم يُدسّ؛ الرأس { $head }
audit-unwritten = إجراءات لم تُسجَّل بعد: { $count }؛ يسجّلها التغيير التالي للمستودع
revoked-before = سُحب من قبل من { $list }: { $what }
revoked = سُحب من { $list }: { $what } ({ $count ->
    [zero] { $count } مدخلة
    [one] مدخلة واحدة
    [two] مدخلتان
    [few] { $count } مدخلات
    [many] { $count } مدخلة
   *[other] { $count } مدخلة
})
lifted = لم يعد مسحوبًا من { $list }: { $what } ({ $count ->
    [zero] { $count } مدخلة
    [one] مدخلة واحدة
    [two] مدخلتان
    [few] { $count } مدخلات
    [many] { $count } مدخلة
   *[other] { $count } مدخلة
})
lifted-without-entry = لم يعد مسحوبًا من { $list }: { $what }؛ لا تحوي القائمة أي مدخلة سارية منه
lift-nothing = لا شيء يُرفع: { $what } غير مسحوب من { $list }
history-publish = الجيل { $generation } بتاريخ { $created }: نشره { $by }
history-rollback = الجيل { $generation } بتاريخ { $created }: أعاد { $by } قوائم الجيل { $of }
history-in-force = ساري المفعول
history-rolled-back = جرى التراجع عنه بالجيل { $by }
history-reason = السبب: { $reason }
history-list = { $list }: { $entries ->
    [zero] { $entries } مدخلة
    [one] مدخلة واحدة
    [two] مدخلتان
    [few] { $entries } مدخلات
    [many] { $entries } مدخلة
   *[other] { $entries } مدخلة
} من مصدرها؛ يدويًا: أُضيفت { $added } وسُحبت { $revoked }
added = أُضيف إلى { $list }: { $what } ({ $id })
added-list = أُضيف إلى { $list }: { $count ->
    [zero] لا مدخلات
    [one] مدخل واحد
    [two] مدخلان
    [few] { $count } مدخلات
    [many] { $count } مدخلًا
   *[other] { $count } مدخل
} (من { $path })
added-clip = أُضيف إلى { $list }: { $count ->
    [zero] { $count } صورة
    [one] صورة واحدة
    [two] صورتان
    [few] { $count } صور
    [many] { $count } صورة
   *[other] { $count } صورة
} من فيديو ({ $id })
add-flat = { $path }: متجانس لا يُميَّز عن غيره (الجودة { $quality }): لا تُدرج بصمته الإدراكية
add-not-decoded = { $path }: تعذّر فك ترميزه: لا يُدرج إلا ملخصه، وهو لا يجد إلا النسخ المطابقة
add-partial = { $path }: لم يُدرج كله: { $reason }

# Nothing found, and what it is worth.
nothing-below = { $path }: لم يُفحص أي ملف تحته: فارغ أو غير موصول أو ليس فيه إلا روابط أو أجهزة أو ما يستبعده --exclude
nothing-examined = لم يُفحص شيء: عدم العثور لا يدل على شيء؛ تحقق من المسارات
nothing-looked-up = لم يُبحث عن أي بصمة: عدم العثور لا يدل على شيء؛ تحقق من المدخلات
nothing-remembered = لا يوجد ملف محفوظ: عدم العثور لا يدل على شيء؛ افحص أولًا مع --cache
output-partial = لم يكتمل: النتائج حتى الآن في { $path }، وبقي { $whole } كما كان؛ أعد تشغيل الأمر، مع --journal FILE لفحص يمكن استئنافه
output-partial-recorded = لم يكتمل: النتائج حتى الآن في { $path }، وبقي { $whole } كما كان؛ أعد تشغيل الأمر نفسه للمتابعة من حيث توقف

# What this machine decodes.
doctor-yes = نعم  { $what }
doctor-no = لا   { $what }
decodes-pictures = ‏JPEG وPNG وGIF وWebP وBMP وTIFF والأيقونات وTGA وNetpbm وQOI
decodes-heic = ‏HEIC
decodes-jxl = ‏JPEG XL
decodes-avif = ‏AVIF
decodes-containers = محتوى MP4 وMOV و3GP وMatroska وWebM
decodes-h264 = الصور المفتاحية في H.264
decodes-hevc = الصور المفتاحية في HEVC
decodes-vp8 = الصور المفتاحية في VP8
decodes-mjpeg = ‏Motion JPEG
decodes-codecs = ‏VP9 وAV1 وMPEG-4 ومرمّزات أخرى
decodes-other-containers = ‏AVI وFLV وMPEG-TS وMPEG-PS وASF وOgg
decodes-every-frame = كل صور الفيديو: --frames distinct و interval=SECONDS و all؛ ومقاطع الفيديو القليلة الصور المفتاحية
decoder-built-in = مدمج
decoder-built-in-by = مدمج ({ $name })
decoder-in-process = مدمج (openh264، في عمليات مستقلة)
decoder-ffmpeg = ‏ffmpeg { $version } ({ $path })
way-out-feature = ابنِ البرنامج مع الميزة `{ $feature }`
way-out-feature-or-ffmpeg = ابنِ البرنامج مع الميزة `{ $feature }`، أو ثبّت ffmpeg
way-out-converter = ثبّت avifdec أو ffmpeg واذكره: --avif-converter PROGRAM
way-out-ffmpeg = ثبّت ffmpeg، أو اذكره: --ffmpeg PROGRAM

# Times that last.
lasting-between = {" "}و
lasting-seconds = { $count ->
    [zero] { $count } ثانية
    [one] ثانية واحدة
    [two] ثانيتان
    [few] { $count } ثوانٍ
    [many] { $count } ثانية
   *[other] { $count } ثانية
}
lasting-minutes = { $count ->
    [zero] { $count } دقيقة
    [one] دقيقة واحدة
    [two] دقيقتان
    [few] { $count } دقائق
    [many] { $count } دقيقة
   *[other] { $count } دقيقة
}
lasting-hours = { $count ->
    [zero] { $count } ساعة
    [one] ساعة واحدة
    [two] ساعتان
    [few] { $count } ساعات
    [many] { $count } ساعة
   *[other] { $count } ساعة
}
lasting-days = { $count ->
    [zero] { $count } يوم
    [one] يوم واحد
    [two] يومان
    [few] { $count } أيام
    [many] { $count } يومًا
   *[other] { $count } يوم
}

# How a picture was turned or shown.
turn-original = كما هي
turn-rotate90 = تدوير 90°
turn-rotate180 = تدوير 180°
turn-rotate270 = تدوير 270°
turn-flip-horizontal = قلب أفقي
turn-flip-vertical = قلب رأسي
turn-transpose = قلب حول القطر
turn-transverse = قلب حول القطر الآخر
rendering-stored = كما خُزّنت
rendering-over-white = على أبيض
rendering-over-black = على أسود
rendering-managed = بألوان مُدارة
rendering-managed-over-white = بألوان مُدارة على أبيض
rendering-managed-over-black = بألوان مُدارة على أسود
rendering-raw-samples = بعيّناتها الخام
area-resampled = الصورة كلها بأخذ عينات جديد
area-inverted = الفاتح والداكن معكوسان
area-extended = الصورة جزءًا من صورة أكبر
area-cut = الصورة دون شريط من جانبها
area-half = نصف الصورة
area-quarter = ربع الصورة
area-erased = الصورة دون جزئها الأسفل أو الأعلى
area-rotated = الصورة بعد تدويرها
area-trimmed = الصورة دون إطارها
area-inset = الصورة داخل لقطة شاشة أو صفحة
area-framed = جزء بين خطوط
area-screen = صورة مائلة أو شاشة مصوَّرة
area-located = الصورة المدرجة داخل هذه الصورة
area-uncovered = الصورة من دون ما وُضع فوقها

# The parts of a match.
match = { $place }: { $how }{ $labels }{ $at_most }
match-place = { $list }: { $item }

# Copies among files.
duplicate = { $path }: { $how }
duplicate-same = البايتات نفسها
duplicate-same-as = بايتات { $path } نفسها
duplicates-summary = الملفات: { $discovered } في { $seconds } ث؛ مجموعات النسخ: { $groups }؛ بالبايتات نفسها: { $same }، قريبة: { $near }
duplicates-gaps = لم يُفحص كله: { $count }

# Topics of help.
hint = تلميح
hint-E006 = يصنع `basma hash FILE` قائمة من الصور والفيديوهات، ويعرض `basma help formats` صيغ القوائم
hint-E010 = يستبعد --skip-unsupported ما ليس بصمة وسائط، ويتسامح --max-reject N مع N من الأسطر المعيبة، ويسمّي `basma help lists` الأنواع
hint-E014 = يحدد `--type pdq` أو `--type sha256` نوع البصمة؛ وفي sources.toml يحدده `type = "pdq"`
hint-E023 = يستبعد --max-reject N عدد N من الأسطر المعيبة ويحفظها --rejects FILE؛ ويضم `basma convert FIRST SECOND --to csv` الجداول
hint-not-found = لا شيء بهذا الاسم: تحقق من كتابته، وضع الاسم الذي فيه مسافات بين علامتي اقتباس
hint-no-store = يسمّي --list LIST القوائم؛ ويُنشئ `basma store init` مستودعًا يُستعلم منه إن لم تُسمَّ قائمة
hint-not-readable = لا يحق لمستخدمك قراءته: اسأل مالكه، أو شغّل الأمر بمستخدم يحق له ذلك
hint-store-owner = المستودع لمستخدم آخر: شغّل الأمر بذلك المستخدم، أو مع --shared-store في مستودع تشترك فيه مجموعة
hint-no-folder = مجلده غير موجود؛ ينشئه `mkdir -p { $folder }`
hint-not-writable = لا يحق لمستخدمك الكتابة هناك: اختر مكانًا في مجلد لك
hint-full = القرص ممتلئ: أفرغ بعض المساحة ثم أعد تشغيل الأمر
hint-read-only = يمكن هنا قراءة المستودع لا تغييره: غيّره بصفتك مالكه وعلى قرص يقبل الكتابة
hint-listen = يسمّي `--listen 127.0.0.1:5100` عنوانًا لهذا الجهاز ومنفذًا غير مشغول
hint-lists-empty = يضيف `basma add PICTURE --store DIR` إلى مستودع، ويجلب `basma refresh --store DIR` القوائم من مصادرها
hint-list-folder-empty = يصنع `basma hash PICTURES --format csv --output own.csv` قائمة؛ ومجلد الصور قائمة أيضًا
usage-list = ‏LIST ملف بصمات أو صورة أو مجلد منهما؛ ولا يحتاج إليها `basma compare REFERENCE PATH` و `basma duplicates PATH`
usage-radius = ‏-r هو --radius، أي عدد من البتات؛ وتُفحص محتويات المجلدات دون أي خيار
usage-walked = تُفحص المجلدات إلى أي عمق دون أي خيار؛ ويستبعد --exclude مجلدات
usage-file = { $file } ملف هنا: اكتبه ‎./{ $file }
waiting-for-pipe = { $path } أنبوب مسمّى: بانتظار البرنامج الذي يكتب فيه
help-like = الاسم الأقرب إليه: `basma help { $name }`
help-unknown = ‏{ $name } ليس أمرًا ولا موضوعًا؛ المواضيع هي { $topics }
topic-formats =
    الصور: JPEG و PNG و GIF و WebP و BMP و TIFF والأيقونات و TGA و Netpbm و QOI و HEIC و JPEG XL؛
    و AVIF ببرنامج يُسمّى (`--avif-converter`).
    الفيديو: MP4 و MOV و 3GP و Matroska و WebM؛ وغيرها ببرنامج ffmpeg إن كان مثبتًا.
    الأرشيفات: zip وما يُصنع منه (المستندات والكتب) و 7z و tar و gzip و bzip2 و xz و zstd
    وملفات cab و cpio وحزم Debian و rpm.
    صور الأقراص الضوئية (ISO 9660) وصور الأقراص (FAT و exFAT و ext2 إلى ext4 و NTFS).
    المستندات: PDF والبريد (eml و mbox و msg) والمستندات المكتبية القديمة ومجموعات الصور المصغرة.
    لا تُفتح: rar و PST. تُعدّ ويسميها الفحص.

    تُعرف التنسيقات من محتواها لا من أسمائها. يبين `basma doctor` ما يفك هذا الجهاز ترميزه.
topic-exit-codes =
    0  لا تطابق، وفُحص كل ملف
    1  يوجد تطابق
    2  تعذّر إنجاز المهمة أو قُطعت
    3  لا تطابق، لكن تعذّر فحص بعض الملفات أو يوجد خيط
    4  عملية أخرى تغيّر المستودع أو ملف القضية

    يغيّر `scan --fail-on` ذلك: يعطي `--fail-on matched` الرمز 0 أو 1، و `--fail-on nothing` الرمز 0 دائمًا.
topic-lists =
    في القائمة بصمات صور وفيديوهات وملفات معروفة. حيث تُطلب LIST فهي أحد هذه:
      قائمة نصية: CSV برأس، أو JSON Lines، أو أسطر بأنواعها (`pdq f8f8...`)، أو md5sum أو hashdeep أو vPDQ
      فهرس يبنيه `basma build`: بقدر ما تسمح الذاكرة، ويُفتح فورًا
      مجلد قوائم؛ أو صورة أو فيديو أو مجلد منها
      مستودع يحدّث `basma refresh` قوائمه

    `basma hash PICTURES --format csv --output own.csv`    يصنع قائمة
    `basma build own.csv --output own.basma`               يبني فهرسها
    `basma scan PATH --list own.basma`                     يبحث عن الملفات فيها
topic-store =
    المستودع مجلد فيه القوائم التي تتابعها وما أضفته وما سحبته.
    يحدده BASMA_STORE أو `--store`.

    `basma store init DIR`                 ينشئه
    `basma refresh --store DIR`            يجلب قوائمه من المصادر المذكورة في sources.toml
    `basma status --store DIR`             يبين عمر القوائم وحالها
    `basma add PICTURE --list NAME`        يضيف إلى قائمة فورًا؛ و `basma revoke` يسحب
    `basma rollback --reason TEXT`         يعيد قوائم جيل سابق إلى السريان
    `basma scan PATH --list DIR`           يبحث عن الملفات في كل قوائم المستودع

# The wall around the processes that open files.
doctor-sandbox = العزل  { $wall }
summary-sandbox = فُتحت الملفات دون عزل كامل: { $wall }
summary-sandbox-missing = فُتحت الملفات دون عزل: { $reason }

# Copies of matched files.
export-matches-done = الملفات المنسوخة: { $count }. ويبيّن { $path } لأي نتائج هي.
export-matches-absent = ملفات متطابقة لم تُنسخ: { $count }. ويبيّن { $path } السبب.

# How files were looked into.
looked-pictures = فُحصت بوصفها صورًا ({ $bytes })
looked-clips = فُحصت بوصفها مقاطع فيديو ({ $bytes })
looked-containers = أرشيفات وبريد ومستندات فُتحت ({ $bytes })
looked-carved = بُحث فيها بالتوقيعات وحدها ({ $bytes })
looked-digests = ملخصات وحدها ({ $bytes })
looked-nothing = لم تُفحص ({ $bytes })
count-reason = لم تُفحص، أو لم تُفحص كلها: { $code }
