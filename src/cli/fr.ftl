status-matched = CORRESPONDANCE
status-clean = sans correspondance
status-low_quality = QUALITÉ INSUFFISANTE
status-unsupported = NON PRIS EN CHARGE
status-damaged = ENDOMMAGÉ
status-unreadable = ILLISIBLE
status-over_limit = HORS LIMITE
status-skipped = IGNORÉ
status-suppressed = ÉCARTÉ

match-near = { $type } diffère de { $distance } bits, { $radius } au plus sont admis
match-exact = { $type } est identique
match-view = , tourné : { $view }
match-frame = , image { $frame }
match-disputed = contesté : une personne doit trancher
match-suppressed = écarté : la liste indique que ce contenu n'en relève pas
match-reason = examen incomplet : { $reason }
match-more = { $count } autres empreintes de la liste dans le rayon ne sont pas affichées
match-cluster = , groupe { $cluster }
nothing-found = aucune correspondance : { $hash }

group-head = { $cluster }, fichiers : { $count }
group-item = répertorié : { $item }
group-items-more = répertorié : d'autres éléments, non affichés ici
group-near = { $distance } bits de { $type }, { $radius } au plus
group-exact = identique selon { $type }

progress-matches = correspondances : { $count }

summary-files = { $discovered } fichiers, { $bytes } en { $seconds } s : { $files } fichiers/s, { $throughput }/s
summary-memory = mémoire au plus : { $bytes }
summary-memory-unknown = non indiquée par le système
count-matched = correspondances
count-clean = sans correspondance
count-hashed = hachés
count-low_quality = qualité insuffisante
count-unsupported = non pris en charge
count-damaged = endommagés
count-unreadable = illisibles
count-over_limit = hors limite
count-skipped = ignorés
count-clusters = groupes : décisions à prendre
count-list = liste { $name }
count-label = étiquette { $name }
count-others = (autres)
count-members = dans des archives, parmi tous ceux-ci
count-suppressed = écartés par des entrées négatives
count-excluded = laissés de côté par --exclude
kind-empty = fichiers vides
kind-unknown = de nature inconnue
summary-slowest = fichiers les plus lents
summary-seconds = { $seconds } s
summary-interrupted = interrompu : tous les fichiers n'ont pas été examinés
summary-lookup = { $looked_up } empreintes recherchées, { $matched } trouvées
explained = { $hash } : la recherche { $structure } parmi { $hashes } empreintes en a trouvé { $hits } pour { $cost } comparaisons, estimation { $estimate } : comparées { $compared }, nœuds { $nodes }, casiers { $probes }, renvois { $postings }, vérifiées { $verified }
explained-gave-up = ; les casiers, trop pleins, ont été abandonnés

loaded-list = { $list } : { $imported } entrées sur { $lines } lignes de { $path } ({ $format })
loaded-set-aside = { $list } : laissées de côté : { $rejected } incorrectes, { $low_quality } de qualité insuffisante, { $skipped } qui ne sont pas des empreintes de médias
duplicates = { $count } entrées en double fusionnées
warnings-more = { $count } autres avertissements de ce genre

built = { $path } : { $hashes } empreintes en { $entries } entrées, { $bytes }
verified = chaque octet a été vérifié : l'index est intègre

error = erreur
warning = avertissement

log-known = { $file } se souvient de { $count } fichiers
log-dropped = { $file } : { $count } octets à la fin n'étaient pas entiers, comme les laisse une analyse interrompue ; ce qu'ils disaient est examiné de nouveau
log-left-out = { $count } fichiers n'ont pas été retenus : plus de place
rematch-summary = { $remembered } fichiers retenus, { $matched } correspondent
rematch-gap = { $type } n'est pas retenu pour { $missing } des { $all } fichiers qui pourraient l'avoir : analysez-les de nouveau pour le savoir
