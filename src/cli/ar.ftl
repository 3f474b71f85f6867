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
nothing-found = لا تطابق: { $hash }

progress-matches = التطابقات: { $count }

summary-files = { $discovered } ملفا، { $bytes } في { $seconds } ث
summary-counts = تطابق { $matched }، لا تطابق { $clean }، جودة غير كافية { $low_quality }، غير مدعوم { $unsupported }، تالف { $damaged }، تعذرت قراءته { $unreadable }، تجاوز الحد { $over_limit }، متجاهَل { $skipped }
summary-by-list = التطابقات حسب القائمة: { $counts }
summary-by-label = التطابقات حسب الوسم: { $counts }
summary-suppressed = استبعدته إدخالات نافية: { $count }
summary-excluded = استُبعد بـ --exclude: { $count } من الملفات والمجلدات
summary-interrupted = توقف قبل النهاية: لم تُفحص كل الملفات
summary-lookup = بُحث عن { $looked_up } بصمة، وُجد منها { $matched }
explained = { $hash }: بحث { $structure } في { $hashes } بصمة وجد { $hits } بكلفة { $cost } مقارنة، والتقدير { $estimate }: مقارَنة { $compared }، عُقد { $nodes }، خانات { $probes }، إحالات { $postings }، محقَّقة { $verified }
explained-gave-up = ؛ تُركت الخانات لامتلائها
summary-hash = { $discovered } ملفا، حُسبت بصمات { $hashed } منها، وتعذر { $failed }

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
