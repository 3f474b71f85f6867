status-matched = تطابق
status-clean = لا تطابق
status-low_quality = جودة غير كافية
status-unsupported = صيغة غير مدعومة
status-damaged = ملف تالف
status-unreadable = تعذرت القراءة
status-over_limit = تجاوز الحد
status-skipped = متجاهَل
status-suppressed = مستبعد

match-near = ‏{ $type } يختلف في { $distance } بت، والمسموح به { $radius } على الأكثر
match-exact = ‏{ $type } متطابق تماما
match-view = ، بعد تدوير: { $view }
match-frame = ، الإطار { $frame }
match-disputed = محل خلاف: القرار لشخص
match-suppressed = مستبعد: تفيد القائمة بأن هذا المحتوى لا يدخل فيها
match-reason = لم يُفحص كله: { $reason }
match-more = توجد { $count } بصمات أخرى ضمن المسافة لا تُعرض
match-cluster = ، المجموعة { $cluster }
nothing-found = لا تطابق: { $hash }

group-head = { $cluster }، عدد الملفات: { $count }
group-item = مدرج: { $item }
group-items-more = مدرج: عناصر أخرى لا تُعرض هنا
group-near = { $distance } بت من { $type }، والحد { $radius }
group-exact = مطابق تماما حسب { $type }

progress-matches = التطابقات: { $count }

summary-files = { $discovered } ملفا، { $bytes } في { $seconds } ث: { $files } ملف/ث، { $throughput }/ث
summary-memory = أقصى ذاكرة: { $bytes }
summary-memory-unknown = لا يذكرها النظام
count-matched = تطابق
count-clean = لا تطابق
count-hashed = حُسبت بصماته
count-low_quality = جودة غير كافية
count-unsupported = غير مدعوم
count-damaged = تالف
count-unreadable = تعذرت قراءته
count-over_limit = تجاوز الحد
count-skipped = متجاهَل
count-clusters = المجموعات: قرارات يجب اتخاذها
count-list = القائمة { $name }
count-label = الوسم { $name }
count-others = (غيرها)
count-members = منها داخل الأرشيفات
count-suppressed = استبعدته إدخالات نافية
count-excluded = استُبعد بـ --exclude
kind-empty = ملفات فارغة
kind-unknown = نوعها غير معروف
summary-slowest = أبطأ الملفات
summary-seconds = { $seconds } ث
summary-interrupted = توقف قبل النهاية: لم تُفحص كل الملفات
summary-lookup = بُحث عن { $looked_up } بصمة، وُجد منها { $matched }
explained = { $hash }: بحث { $structure } في { $hashes } بصمة وجد { $hits } بكلفة { $cost } مقارنة، والتقدير { $estimate }: مقارَنة { $compared }، عُقد { $nodes }، خانات { $probes }، إحالات { $postings }، محقَّقة { $verified }
explained-gave-up = ؛ تُركت الخانات لامتلائها

loaded-list = { $list }: { $imported } إدخالا من { $lines } سطرا في { $path } ({ $format })
loaded-set-aside = { $list }: تُركت جانبا: { $rejected } خاطئة، { $low_quality } ضعيفة الجودة، { $skipped } ليست بصمات وسائط
duplicates = دُمج { $count } إدخالا مكررا
warnings-more = { $count } تحذيرات أخرى من هذا النوع

built = { $path }: { $hashes } بصمة في { $entries } إدخالا، { $bytes }
verified = فُحص كل بايت: الفهرس سليم

error = خطأ
warning = تحذير

log-known = { $file } يتذكر { $count } من الملفات
log-dropped = { $file }: { $count } بايت في آخره غير مكتملة كما يتركها فحص أُوقف قسرًا؛ يُعاد فحص ما كانت تسجله
log-left-out = لم يُحفظ { $count } من الملفات: لا مكان لها
rematch-summary = { $remembered } من الملفات المحفوظة، طابق منها { $matched }
rematch-gap = { $type } غير محفوظ لـ { $missing } من { $all } من الملفات التي قد يكون لها: أعد فحصها لتعرف
