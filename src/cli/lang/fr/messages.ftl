# Findings.
status-matched = CORRESPONDANCE
status-no_match = sans correspondance
status-low_quality = QUALITÉ INSUFFISANTE
status-unsupported = NON PRIS EN CHARGE
status-damaged = ENDOMMAGÉ
status-unreadable = ILLISIBLE
status-over_limit = HORS LIMITE
status-skipped = IGNORÉ
status-suppressed = ÉCARTÉ
status-authentic = AUTHENTIQUE
status-weak = INDICE
status-lead = PISTE
status-incomplete = INCOMPLET
finding = { $path } : { $status }
finding-reason = { $path } : { $status } { $reason }
reason-between =  ;{" "}
reason-of-track = piste vidéo { $track } : { $reason }
reason-times = {" "}({ $times } fois)
reason-repeated = { $reason } ({ $times } fois)
reason-both = { $first } ; { $second }
match-near = { $type } diffère de { $distance ->
    [one] { $distance } bit
   *[other] { $distance } bits
}, { $radius } au plus sont admis
match-exact = { $type } est identique
match-view = , { $view }
match-area = , { $area } (gauche, haut, droite, bas : { $region } %)
match-details = , points caractéristiques : { $features }, tuiles : { $tiles } sur 5
match-track = , piste vidéo { $track }
match-frame = , image { $frame }
match-listed-at = , répertorié à { $time }
match-segment = , { $from } à { $to }
match-segment-listed = {" "}y correspond à { $from } à { $to }
match-segments-more = , …
match-covered =  ; { $covered } sur { $whole }
match-covered-listed = , { $covered } des { $whole } répertoriées
match-disputed = contesté : une personne doit trancher
match-quarantined = en quarantaine : l’entrée correspond soudain à un très grand nombre de fichiers, une personne décide
match-suppressed = écarté : la liste indique que ce contenu n’en relève pas
match-allowed = écarté : la liste { $list } l’autorise
line-allowed = la liste { $list } l’autorise
line-off-subject = sa liste indique que ce contenu n’en relève pas
match-authentic = authentique : très proche de cet avis ; un chiffre modifié peut ne pas se voir dans une empreinte
match-authentic-too = cet avis authentique est visible aussi ; une personne compare
match-weak = indice : des éléments évoquent cette vidéo, trop peu pour parler de correspondance ; une personne décide
match-lead = piste : copie possible, ou image ressemblante ; une personne décide
match-reason = examen incomplet : { $reason }
match-more = { $count ->
    [one] { $count } autre empreinte répertoriée dans le rayon n’est pas affichée
   *[other] { $count } autres empreintes répertoriées dans le rayon ne sont pas affichées
}
match-review =  ; une personne décide (review au plus)
match-log =  ; pour mémoire seulement (log au plus)

# A line for each file or hash.
line-match = { $what } : { $status } { $item }{ $labels }, { $how }{ $others }{ $at_most }
line-nothing = { $what } : { $status }
line-near = { $distance } bits sur { $radius }
line-near-type = { $distance } bits sur { $radius } de { $type }
line-exact = même { $type }
line-others = {" "}(et { $count ->
    [one] { $count } autre
   *[other] { $count } autres
})
line-span = { $from }-{ $to }
line-segment = , { $here } = { $there }
line-segment-here = , { $here }
line-segments-more = , et { $count ->
    [one] { $count } autre partie
   *[other] { $count } autres parties
}
line-of-file = { $percent } % de ce fichier
line-of-file-all = tout ce fichier
line-of-listed = , { $percent } % de la vidéo répertoriée
line-of-listed-all = , toute la vidéo répertoriée
line-shares = {" "}({ $here }{ $there })

# Matched files, by cluster.
group-head = { $cluster }, fichiers : { $count }
group-item = répertorié : { $item }
group-items-more = répertorié : d’autres éléments, non affichés ici
group-near = { $distance } { $bits ->
    [one] bit
   *[other] bits
} de { $type }, { $radius } au plus
group-exact = identique selon { $type }

# Progress.
progress-files = fichiers : { $count }
progress-left = reste { $time }
progress-matches = correspondances : { $count }
progress-video = vidéo : { $time }

# The summary of a job.
summary-files = { $discovered ->
    [one] { $discovered } fichier
   *[other] { $discovered } fichiers
}, { $bytes } en { $seconds } s : { $files } { $files ->
    [one] fichier
   *[other] fichiers
}/s, { $throughput }/s
summary-uncovered = { $files ->
    [one] { $files } fichier n’a pas été examiné, ou pas entièrement
   *[other] { $files } fichiers n’ont pas été examinés, ou pas entièrement
} : -v dit pourquoi
summary-memory = mémoire au plus : { $bytes }
summary-memory-unknown = non indiquée par le système
count-matched = correspondances
count-no_match = sans correspondance
count-hashed = empreintes calculées
count-low_quality = qualité insuffisante
count-unsupported = non pris en charge
count-damaged = endommagés
count-unreadable = illisibles
count-over_limit = hors limite
count-skipped = ignorés
count-clusters = groupes : décisions à prendre
count-list = liste { $name }
count-label = étiquette { $name }
count-others = (autres)
count-members = dans des archives, parmi tous ceux-ci
count-suppressed = écartés par des entrées négatives
count-authentic = avis authentiques
count-derived = grâce à une vue qui annule une modification
count-weak = indices, trop faibles pour une correspondance
count-quarantined = entrées en quarantaine : soudain trop de fichiers
count-quarantined-files = fichiers de { $item }
count-excluded = laissés de côté par --exclude
count-walked = fichiers de toutes les parts
kind-empty = fichiers vides
kind-unknown = de type inconnu
not-searched = non recherché
not-searched-option = { $what } : { $option }
not-searched-turned = copies en miroir ou tournées
not-searched-edited = copies rognées, encadrées ou légendées, captures d’écran
not-searched-harder = copies modifiées de plusieurs façons
not-searched-frames = scènes des vidéos entre les images clés
not-searched-archives = contenu des archives : enlevez --no-archives
summary-slowest = fichiers les plus lents
summary-seconds = { $seconds } s
summary-interrupted = interrompu : tous les fichiers n’ont pas été examinés
summary-lookup = { $looked_up ->
    [one] { $looked_up } empreinte recherchée
   *[other] { $looked_up } empreintes recherchées
}, { $matched ->
    [one] { $matched } trouvée
   *[other] { $matched } trouvées
}
summary-lookup-files = { $files ->
    [one] { $files } fichier recherché
   *[other] { $files } fichiers recherchés
}, { $matched ->
    [one] { $matched } trouvé
   *[other] { $matched } trouvés
}
lookup-upright = les copies en miroir, tournées ou recadrées n’ont pas été recherchées : --views standard
lookup-low-quality = { $count ->
    [one] { $count } empreinte de faible qualité n’a pas été recherchée
   *[other] { $count } empreintes de faible qualité n’ont pas été recherchées
} : --min-quality
lookup-skipped = { $count ->
    [one] { $count } empreinte qui ne désigne rien n’a pas été recherchée
   *[other] { $count } empreintes qui ne désignent rien n’ont pas été recherchées
}, comme celles de fichiers vides
lookup-not-listed = { $count ->
    [one] { $count } empreinte de type { $type } n’a pas été recherchée
   *[other] { $count } empreintes de type { $type } n’ont pas été recherchées
} : aucune liste ne contient ce type
explained = { $hash } : la recherche { $structure } parmi { $hashes ->
    [one] { $hashes } empreinte
   *[other] { $hashes } empreintes
} en a trouvé { $hits } pour { $cost ->
    [one] { $cost } comparaison
   *[other] { $cost } comparaisons
}, estimation { $estimate } : comparées { $compared }, nœuds { $nodes }, casiers { $probes }, renvois { $postings }, vérifiées { $verified }
explained-gave-up =  ; les casiers, trop pleins, ont été abandonnés

# Lists and indexes.
loaded-list = { $list } : { $imported ->
    [one] { $imported } entrée
   *[other] { $imported } entrées
} sur { $lines ->
    [one] { $lines } ligne
   *[other] { $lines } lignes
} de { $path } ({ $format })
media-list-file = { $path } sert de liste
media-list-pictures = { $pictures ->
    [one] { $pictures } image de { $path } sert
   *[other] { $pictures } images de { $path } servent
} de liste
media-list-clips = { $clips ->
    [one] { $clips } vidéo de { $path } sert
   *[other] { $clips } vidéos de { $path } servent
} de liste
media-list-both = { $pictures ->
    [one] { $pictures } image
   *[other] { $pictures } images
} et { $clips ->
    [one] { $clips } vidéo
   *[other] { $clips } vidéos
} de { $path } servent de liste
loaded-set-aside = { $list } : entrées laissées de côté (incorrectes : { $rejected } ; de qualité insuffisante : { $low_quality } ; autres que des empreintes de médias : { $skipped })
duplicates = { $count ->
    [one] { $count } entrée en double fusionnée
   *[other] { $count } entrées en double fusionnées
}
warnings-more = { $count ->
    [one] { $count } autre avertissement
   *[other] { $count } autres avertissements
} de ce genre
built = { $path } : { $hashes ->
    [one] { $hashes } empreinte
   *[other] { $hashes } empreintes
} en { $entries ->
    [one] { $entries } entrée
   *[other] { $entries } entrées
}, { $bytes }
converted = { $count ->
    [one] { $count } entrée convertie
   *[other] { $count } entrées converties
} en { $format }
convert-left-out = { $count ->
    [one] { $count } entrée n’est pas écrite
   *[other] { $count } entrées ne sont pas écrites
} en { $format } : { $why }
convert-lost = { $format } n’a pas de place pour { $field } : { $count ->
    [one] { $count } entrée le perd
   *[other] { $count } entrées le perdent
}
left-out-type = ce format n’a pas d’empreintes de type { $type }
left-out-still = ce format n’a { $type } que pour des vidéos
left-out-frame = ce format n’a pas d’images de vidéos
left-out-removal = ce format n’a pas de retraits
left-out-negative = ce format ne peut pas exclure un contenu de la liste
left-out-expired = l’entrée ne compte plus
left-out-nameless = il faut le nom d’un fichier, et l’entrée n’a pas d’identifiant
left-out-incomplete = ses lignes demandent chaque condensat, la taille et le nom d’un fichier
left-out-line-end = le nom du fichier contient une fin de ligne
left-out-too-flat = l’image est trop uniforme pour être distinguée des autres (sa qualité est inférieure à 50)
left-out-no-clip = il n’a pas d’images fixes, seulement des images de vidéos
left-out-second-clip = il contient une seule vidéo, et vpdq-json en contient plusieurs
left-out-same-frame = chaque image a une seule empreinte, et celle-ci en a déjà une
left-out-timeless = il lui faut l’horodatage de chaque image
left-out-member = un membre d’une archive n’est pas un fichier
left-out-flat = il lui faut une qualité
verified = chaque octet a été vérifié : l’index est intègre
list-place = { $place } : { $code } { $problem }
inspect-head = index basma, version { $version }, { $bytes }
inspect-table = { $type } : { $hashes ->
    [one] { $hashes } empreinte
   *[other] { $hashes } empreintes
} en { $entries ->
    [one] { $entries } entrée
   *[other] { $entries } entrées
}
inspect-structure = { $name }{ $size } : { $why }
structure-digests = les condensats sont identiques ou non
structure-always = toujours possible
structure-large-radii = pour les rayons où rien d’autre n’est plus rapide
structure-few-hashes = la plus rapide en dessous de { $hashes ->
    [one] { $hashes } empreinte
   *[other] { $hashes } empreintes
}
structure-small-radii = plus rapide jusqu’au rayon { $radius }
structure-chunks = { $chunks ->
    [one] { $chunks } tranche
   *[other] { $chunks } tranches
} de { $bits ->
    [one] { $bits } bit
   *[other] { $bits } bits
} au plus ; plus rapide tant que ses casiers ne sont pas trop pleins
structure-chunks-asked = { $chunks ->
    [one] { $chunks } tranche
   *[other] { $chunks } tranches
} de { $bits ->
    [one] { $bits } bit
   *[other] { $bits } bits
} au plus ; demandée
structure-asked = demandée
inspect-lists = listes
inspect-sources = sources
inspect-source = { $path } ({ $format }, { $bytes }) de la liste { $list }
inspect-sections = sections
inspect-section = { $role } { $type } à { $offset }, { $bytes } octets, { $padded } { $count ->
    [one] élément
   *[other] éléments
}

# Words before messages.
error = erreur
warning = avertissement
complaint = basma : { $kind } : { $text }

# What is remembered.
log-known = { $file } garde en mémoire { $count ->
    [one] { $count } fichier
   *[other] { $count } fichiers
}
log-dropped = { $file } : { $count ->
    [one] { $count } octet incomplet
   *[other] { $count } octets incomplets
} à la fin, comme en laisse une analyse interrompue ; les fichiers concernés sont examinés de nouveau
log-left-out = { $count ->
    [one] { $count } fichier n’a pas été gardé
   *[other] { $count } fichiers n’ont pas été gardés
} en mémoire : plus de place
rematch-summary = { $remembered ->
    [one] { $remembered } fichier en mémoire
   *[other] { $remembered } fichiers en mémoire
}, { $matched } { $matched ->
    [one] correspond
   *[other] correspondent
}
rematch-gap = { $type } manque pour { $missing } sur { $all ->
    [one] { $all } fichier qui pourrait l’avoir
   *[other] { $all } fichiers qui pourraient l’avoir
} : une nouvelle analyse le dira

# Stores.
store-made = un dépôt a été créé ; indiquez dans { $path } d’où viennent ses listes, puis lancez basma refresh
serve-clamd = les clients de clamd se connectent à { $place }
serve-ready = écoute sur { $url } ; Ctrl-C y met fin
key-made = la clé { $name } est dans { $path } ; elle n’est affichée que cette fois
store-ready = { $path } est un dépôt, et sa liste own est en vigueur : ajoutez-y avec `basma add IMAGE{ $store }` ; nommez des sources de listes dans { $sources }, puis lancez `basma refresh{ $store }`
sources-checked = { $path } : bien formé ; listes : { $count } ({ $lists })
already-listed = déjà dans { $list } : { $what }
already-listed-list = déjà dans { $list } : { $count ->
    [one] { $count } entrée
   *[other] { $count } entrées
} de { $path }
add-left-out = { $path } : { $count ->
    [one] { $count } fichier n’est ni une image ni une vidéo, et n’est pas répertorié
   *[other] { $count } fichiers ne sont ni des images ni des vidéos, et ne sont pas répertoriés
}
store-meant = dans le dépôt { $path }
list-entries = { $count ->
    [one] { $count } entrée
   *[other] { $count } entrées
}
loaded-store = { $path } : génération { $generation }
store-expired = la liste { $list } a expiré le { $time } : elle ne correspond plus à rien
store-stale = la liste { $list } est périmée : sa source est plus ancienne que permis
store-failing = la liste { $list } n’a pas pu être actualisée : { $error }
store-error = { $path } : la génération { $generation } répond, car celle en vigueur ne peut pas être ouverte : { $why }
store-types = { $path } : des empreintes { $types } sont arrivées dans les listes pendant l’analyse, et n’ont pas été calculées pour les fichiers précédents : relancez l’analyse
refresh-list-changed = { $list } : { $entries ->
    [one] { $entries } entrée
   *[other] { $entries } entrées
} : { $added ->
    [one] { $added } ajoutée
   *[other] { $added } ajoutées
}, { $changed ->
    [one] { $changed } modifiée
   *[other] { $changed } modifiées
}, { $removed ->
    [one] { $removed } retirée
   *[other] { $removed } retirées
} ; { $set_aside ->
    [one] { $set_aside } enregistrement mis
   *[other] { $set_aside } enregistrements mis
} de côté
refresh-list-unchanged = { $list } : rien de nouveau, { $entries ->
    [one] { $entries } entrée
   *[other] { $entries } entrées
}
refresh-list-kept = { $list } : la version en vigueur le reste (ajouts : { $added }, modifications : { $changed }, retraits : { $removed })
refresh-overridden = { $list } : le garde-fou { $guard } a été levé : { $why }
refresh-held = { $list } : retenue par le garde-fou { $guard } : { $why }
refresh-way-out =  ; si c’est correct, `basma refresh{ $name }{ $store } --override { $guards } --reason TEXT` la laisse passer une fois
refresh-failed = { $list } : { $error }
refresh-dropped = { $list } : n’a plus de source, et disparaît avec toutes ses entrées
refresh-published = basma refresh : la génération { $generation } est en vigueur
refresh-would-publish = basma refresh : la génération { $generation } serait publiée
refresh-nothing = basma refresh : rien à publier
refresh-counts =  ; listes : { $changed ->
    [one] { $changed } modifiée
   *[other] { $changed } modifiées
}, { $unchanged ->
    [one] { $unchanged } inchangée
   *[other] { $unchanged } inchangées
}, { $held ->
    [one] { $held } retenue
   *[other] { $held } retenues
}, { $failed } en échec ; { $set_aside ->
    [one] { $set_aside } enregistrement mis
   *[other] { $set_aside } enregistrements mis
} de côté
refresh-not-current =  ; pas à jour : { $lists }
status-head = { $path } : génération { $generation } du { $created }, construite par { $tool }
status-new = { $path } : nouveau, rien n’a encore été publié ; indiquez ses sources, puis lancez basma refresh
status-list = { $list } : { $entries ->
    [one] { $entries } entrée
   *[other] { $entries } entrées
}{ $types }, { $kind }, une correspondance mène au plus à { $at_most }
list-kind-snapshot = instantané (snapshot)
list-kind-delta = changements (delta)
list-kind-local = locale
act-log = une simple consignation (log)
act-review = un examen (review)
act-block = un blocage (block)
status-fail = un fichier qui n’a pas pu être vérifié : { $fail ->
    [closed] ne passe pas
   *[open] passe, signalé comme non vérifié
}
status-types = {" "}({ $types })
status-source = source { $name }, version { $version }, sha256 { $sha256 }
status-source-unversioned = source { $name }, sha256 { $sha256 }
status-age = du { $as_of } : âge { $age }, permis { $most }
status-age-unlimited = du { $as_of } : âge { $age }, sans limite
status-succeeded = actualisée le { $time }
status-expiry = la prochaine entrée expire le { $time }
status-decided = à la main : { $added ->
    [one] { $added } ajoutée
   *[other] { $added } ajoutées
}, { $revoked ->
    [one] { $revoked } retirée
   *[other] { $revoked } retirées
} ; { $unbuilt ->
    [one] { $unbuilt } décision pas encore intégrée
   *[other] { $unbuilt } décisions pas encore intégrées
}
status-set-aside = { $count ->
    [one] { $count } enregistrement malformé mis
   *[other] { $count } enregistrements malformés mis
} de côté
status-expires = utilisable jusqu’au { $time }
status-expired = EXPIRÉE le { $time } : elle ne correspond plus à rien
status-stale = PÉRIMÉE : la source est plus ancienne que permis
status-failing = EN ÉCHEC, { $count } fois : { $error }
rolled-back = les listes de la génération { $to } sont de nouveau en vigueur, comme génération { $generation }
diff-list = { $list } : { $before ->
    [one] { $before } entrée
   *[other] { $before } entrées
}, puis { $after } : { $added ->
    [one] { $added } ajoutée
   *[other] { $added } ajoutées
}, { $changed ->
    [one] { $changed } modifiée
   *[other] { $changed } modifiées
}, { $removed ->
    [one] { $removed } retirée
   *[other] { $removed } retirées
}
audit-record = { $at } { $by } : { $did }{ $reason }
audit-reason = {" "}(motif : { $reason })
audit-add = ajout à { $list } : { $what }
audit-revoke = retrait de { $list } : { $what }
audit-lift = levée d’un retrait de { $list } : { $what }
audit-publish = publication de la génération { $generation }
audit-rollback = retour en arrière, comme génération { $generation }
audit-hold = rien de publié
audit-held = {""} ; { $list } : retenue par { $guards }
audit-failed = {""} ; { $list } : échec : { $error }
audit-change =  ; { $list } : { $added } ajoutées, { $changed } modifiées, { $removed } supprimées
ask-server = { $server } prend connaissance de chacune de ces empreintes : { $purpose }
ask-known = { $what } : connue de { $checker } ({ $details })
ask-not_known = { $what } : inconnue de { $checker }
ask-not_checked = { $what } : non vérifiée par { $checker } : { $why }
ask-exact = le fichier même
ask-near = un fichier semblable
ask-distance = { $distance ->
    [one] { $distance } bit de différence
   *[other] { $distance } bits de différence
}
ask-not-taken = { $count ->
    [one] { $count } empreinte du type { $type } n’a pas été envoyée
   *[other] { $count } empreintes du type { $type } n’ont pas été envoyées
} : { $checker } n’accepte pas ce type
summary-ask = { $asked ->
    [one] { $asked } empreinte demandée
   *[other] { $asked } empreintes demandées
}, { $known ->
    [one] { $known } connue
   *[other] { $known } connues
}, { $not_checked ->
    [one] { $not_checked } non vérifiée
   *[other] { $not_checked } non vérifiées
}
feedback-written = { $count ->
    [one] { $count } décision écrite
   *[other] { $count } décisions écrites
}
feedback-without = { $count ->
    [one] { $count } décision n’a
   *[other] { $count } décisions n’ont
} pas de forme dans l’interface du fournisseur, faute d’identifiant ou d’un type qu’elle accepte
audit-verified = { $records ->
    [one] { $records } enregistrement
   *[other] { $records } enregistrements
}, aucun modifié, retiré ni inséré ; tête { $head }
audit-unwritten = { $count ->
    [one] { $count } action reste
   *[other] { $count } actions restent
} à consigner : le prochain changement du dépôt le fera
revoked-before = déjà retiré de { $list } : { $what }
revoked = retiré de { $list } : { $what } ({ $count ->
    [one] { $count } entrée
   *[other] { $count } entrées
})
lifted = n’est plus retiré de { $list } : { $what } ({ $count ->
    [one] { $count } entrée
   *[other] { $count } entrées
})
lifted-without-entry = n’est plus retiré de { $list } : { $what } ; la liste n’en contient aucune entrée valable
lift-nothing = rien à lever : { $what } n’est pas retiré de { $list }
history-publish = génération { $generation } du { $created } : publiée par { $by }
history-rollback = génération { $generation } du { $created } : { $by } est revenu aux listes de la génération { $of }
history-in-force = en vigueur
history-rolled-back = abandonnée par un retour en arrière : génération { $by }
history-reason = motif : { $reason }
history-list = { $list } : { $entries ->
    [one] { $entries } entrée
   *[other] { $entries } entrées
} de sa source ; à la main : { $added ->
    [one] { $added } ajoutée
   *[other] { $added } ajoutées
}, { $revoked ->
    [one] { $revoked } retirée
   *[other] { $revoked } retirées
}
added = ajouté à { $list } : { $what } ({ $id })
added-list = ajouté à { $list } : { $count ->
    [one] { $count } entrée
   *[other] { $count } entrées
} de { $path }
added-clip = ajouté à { $list } : { $count ->
    [one] { $count } image
   *[other] { $count } images
} d’une vidéo ({ $id })
add-flat = { $path } : trop uniforme pour être distingué des autres (qualité { $quality }) : son empreinte perceptuelle n’est pas répertoriée
add-not-decoded = { $path } : décodage impossible : seul son condensat est répertorié, qui ne trouve que les copies exactes
add-partial = { $path } : répertorié en partie seulement : { $reason }

# Nothing found, and what it is worth.
nothing-below = { $path } : aucun fichier n’y a été examiné : vide, non monté, ou seulement des liens, des périphériques ou ce que --exclude écarte
nothing-examined = rien n’a été examiné : l’absence de résultat ne prouve rien ; vérifiez les chemins
nothing-looked-up = aucune empreinte n’a été recherchée : l’absence de résultat ne prouve rien ; vérifiez l’entrée
nothing-remembered = aucun fichier n’est en mémoire : l’absence de résultat ne prouve rien ; analysez d’abord avec --cache
output-partial = inachevé : les résultats obtenus jusque-là sont dans { $path }, et { $whole } est inchangé ; relancez la commande, avec --journal FILE pour une analyse qui peut être reprise
output-partial-recorded = inachevé : les résultats obtenus jusque-là sont dans { $path }, et { $whole } est inchangé ; relancez la même commande pour reprendre où elle s’est arrêtée

# What this machine decodes.
doctor-yes = oui  { $what }
doctor-no = non  { $what }
decodes-pictures = JPEG, PNG, GIF, WebP, BMP, TIFF, icônes, TGA, Netpbm, QOI
decodes-heic = HEIC
decodes-jxl = JPEG XL
decodes-avif = AVIF
decodes-containers = MP4, MOV, 3GP, Matroska, WebM : leur contenu
decodes-h264 = H.264, images clés
decodes-hevc = HEVC, images clés
decodes-vp8 = VP8, images clés
decodes-mjpeg = Motion JPEG
decodes-codecs = VP9, AV1, MPEG-4 et autres codecs
decodes-other-containers = AVI, FLV, MPEG-TS, MPEG-PS, ASF, Ogg
decodes-every-frame = chaque image d’une vidéo : --frames distinct, interval=SECONDS, all ; vidéos à peu d’images clés
decoder-built-in = intégré
decoder-built-in-by = intégré ({ $name })
decoder-in-process = intégré (openh264, dans des processus à part)
decoder-ffmpeg = ffmpeg { $version } ({ $path })
way-out-feature = compilez avec la fonctionnalité `{ $feature }`
way-out-feature-or-ffmpeg = compilez avec la fonctionnalité `{ $feature }`, ou installez ffmpeg
way-out-converter = installez avifdec ou ffmpeg et indiquez-le : --avif-converter PROGRAM
way-out-ffmpeg = installez ffmpeg, ou indiquez-le : --ffmpeg PROGRAM

# Times that last.
lasting-between = {" "}
lasting-seconds = { $count } s
lasting-minutes = { $count } min
lasting-hours = { $count } h
lasting-days = { $count } j

# How a picture was turned or shown.
turn-original = non transformé
turn-rotate90 = rotation de 90°
turn-rotate180 = rotation de 180°
turn-rotate270 = rotation de 270°
turn-flip-horizontal = miroir horizontal
turn-flip-vertical = miroir vertical
turn-transpose = transposition
turn-transverse = transposition inverse
rendering-stored = tel que stocké
rendering-over-white = sur blanc
rendering-over-black = sur noir
rendering-managed = couleurs gérées
rendering-managed-over-white = couleurs gérées, sur blanc
rendering-managed-over-black = couleurs gérées, sur noir
rendering-raw-samples = par ses échantillons bruts
area-resampled = image entière, rééchantillonnée
area-inverted = clair et sombre inversés
area-extended = image vue comme partie d’une plus grande
area-cut = image sans une bande sur un côté
area-half = moitié de l’image
area-quarter = quart de l’image
area-erased = image sans sa partie basse ou haute
area-rotated = image redressée
area-trimmed = image sans sa bordure
area-inset = image placée dans une capture d’écran ou une page
area-framed = partie entre des lignes
area-screen = image inclinée ou écran photographié
area-located = image répertoriée, à l’intérieur de celle-ci
area-uncovered = image sans ce qui a été posé par-dessus

# The parts of a match.
match = { $place } : { $how }{ $labels }{ $at_most }
match-place = { $list } : { $item }

# Copies among files.
duplicate = { $path } : { $how }
duplicate-same = les mêmes octets
duplicate-same-as = les mêmes octets que { $path }
duplicates-summary = { $discovered ->
    [one] { $discovered } fichier
   *[other] { $discovered } fichiers
} en { $seconds } s : { $groups ->
    [one] { $groups } groupe
   *[other] { $groups } groupes
} de copies ; { $same } aux mêmes octets, { $near } proches
duplicates-gaps = examen incomplet : { $count }

# Topics of help.
hint = conseil
hint-E006 = `basma hash FILE` fait une liste d’images et de vidéos, et `basma help formats` montre les formats de listes
hint-E010 = --skip-unsupported laisse de côté ce qui n’est pas une empreinte de média, --max-reject N tolère N lignes incorrectes, et `basma help lists` nomme les types
hint-E014 = `--type pdq` ou `--type sha256` dit de quel type il s’agit ; dans sources.toml, c’est `type = "pdq"`
hint-E023 = --max-reject N laisse de côté N lignes incorrectes, et --rejects FILE les garde ; `basma convert FIRST SECOND --to csv` réunit des tableaux
hint-not-found = rien ne porte ce nom : vérifiez l’orthographe, et mettez entre guillemets un nom qui contient des espaces
hint-no-store = --list LIST nomme les listes ; `basma store init` crée un dépôt, qui est consulté si aucune n’est nommée
hint-not-readable = votre utilisateur n’a pas le droit de le lire : demandez à son propriétaire, ou lancez la commande sous un utilisateur qui l’a
hint-store-owner = le dépôt appartient à un autre utilisateur : lancez la commande sous cet utilisateur, ou avec --shared-store pour un dépôt partagé par un groupe
hint-no-folder = son dossier n’existe pas ; `mkdir -p { $folder }` le crée
hint-not-writable = votre utilisateur n’a pas le droit d’y écrire : choisissez un endroit dans un dossier à vous
hint-full = le disque est plein : libérez de la place, puis relancez la commande
hint-read-only = ce dépôt peut être lu ici, mais pas modifié : modifiez-le en tant que son propriétaire, sur un disque accessible en écriture
hint-listen = `--listen 127.0.0.1:5100` nomme une adresse de cette machine et un port libre
hint-lists-empty = `basma add PICTURE --store DIR` ajoute à un dépôt, et `basma refresh --store DIR` prend les listes à leurs sources
hint-list-folder-empty = `basma hash PICTURES --format csv --output own.csv` fait une liste ; un dossier d’images est aussi une liste
usage-list = une LIST est un fichier d’empreintes, une image, ou un dossier des unes ou des autres ; `basma compare REFERENCE PATH` et `basma duplicates PATH` n’en demandent pas
usage-radius = -r signifie --radius, un nombre de bits ; les dossiers sont parcourus sans aucune option
usage-walked = les dossiers sont parcourus à toute profondeur sans aucune option ; --exclude laisse des dossiers de côté
usage-file = { $file } est un fichier ici : écrivez-le ./{ $file }
waiting-for-pipe = { $path } est un tube nommé : en attente du programme qui y écrit
help-like = `basma help { $name }` a un nom voisin
help-unknown = { $name } n’est ni une commande ni un sujet ; les sujets sont { $topics }
topic-formats =
    Images : JPEG, PNG, GIF, WebP, BMP, TIFF, icônes, TGA, Netpbm, QOI, HEIC, JPEG XL ;
    AVIF par un programme désigné (`--avif-converter`).
    Vidéos : MP4, MOV, 3GP, Matroska, WebM ; les autres conteneurs et codecs par ffmpeg, s’il est installé.
    Archives : zip et ce qui en est fait (documents bureautiques, livres), 7z, tar, gzip, bzip2, xz, zstd,
    cabinets, cpio, paquets de Debian et de rpm.
    Images de disque optique (ISO 9660) et de disque (FAT, exFAT, ext2 à ext4, NTFS).
    Documents : PDF, courrier (eml, mbox, msg), anciens documents bureautiques, réserves de vignettes.
    Pas ouverts : rar, PST. Ils sont comptés, et une analyse les nomme.

    Les formats sont reconnus par le contenu, jamais par le nom. `basma doctor` montre ce que cette machine décode.
topic-exit-codes =
    0  rien ne correspond, et chaque fichier a été examiné
    1  au moins une correspondance
    2  le travail n’a pas pu être fait, ou a été interrompu
    3  rien ne correspond, mais des fichiers n’ont pas pu être examinés, ou il y a une piste
    4  un autre processus modifie le dépôt ou l’affaire

    `scan --fail-on` change cela : `--fail-on matched` donne 0 ou 1, `--fail-on nothing` toujours 0.
topic-lists =
    Une liste contient les empreintes d’images, de vidéos et de fichiers connus. Partout où une LIST est attendue :
      une liste en texte : CSV avec en-tête, JSON Lines, lignes typées (`pdq f8f8...`), md5sum, hashdeep, vPDQ
      un index compilé par `basma build` : aussi grand que la mémoire le permet, ouvert aussitôt
      un dossier de listes ; une image, une vidéo ou un dossier de celles-ci
      un dépôt, dont `basma refresh` met les listes à jour

    `basma hash IMAGES --format csv --output own.csv`      crée une liste
    `basma build own.csv --output own.basma`               la compile
    `basma scan PATH --list own.basma`                     y recherche des fichiers
topic-store =
    Un dépôt est un dossier qui contient les listes que vous suivez, vos ajouts et vos retraits.
    BASMA_STORE ou `--store` le désigne.

    `basma store init DIR`                 le crée
    `basma refresh --store DIR`            y met les listes des sources nommées dans sources.toml
    `basma status --store DIR`             montre l’âge et l’état des listes
    `basma add IMAGE --list NOM`           ajoute à une liste, aussitôt ; `basma revoke` retire
    `basma rollback --reason TEXTE`        remet en vigueur les listes d’une génération précédente
    `basma scan PATH --list DIR`           recherche des fichiers dans toutes les listes du dépôt

# The wall around the processes that open files.
doctor-sandbox = cloison  { $wall }
summary-sandbox = les fichiers ont été ouverts sans cloison complète : { $wall }
summary-sandbox-missing = les fichiers ont été ouverts sans cloison : { $reason }

# Copies of matched files.
export-matches-done = Fichiers copiés : { $count }. { $path } dit de quels résultats ils viennent.
export-matches-absent = Fichiers avec correspondance non copiés : { $count }. { $path } en donne la raison.

# How files were looked into.
looked-pictures = examinés comme images ({ $bytes })
looked-clips = examinés comme vidéos ({ $bytes })
looked-containers = archives, courriers et documents ouverts ({ $bytes })
looked-carved = parcourus par signatures seules ({ $bytes })
looked-digests = condensats seuls ({ $bytes })
looked-nothing = non examinés ({ $bytes })
count-reason = non examinés, ou pas entièrement : { $code }
