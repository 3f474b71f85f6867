# The command line.
problem-script-one-file = --script examine un seul fichier ; nommez-en un
problem-fail-on-nothing-alone = --fail-on nothing s’emploie seul
problem-serve-clamd-reachable = { $address } : d’autres machines l’atteignent, et le protocole de clamd est sans authentification ; nommez une adresse de bouclage ou une socket
problem-serve-clamd-place = « { $text } » n’est ni une adresse de bouclage avec un port ni le chemin d’une socket
problem-serve-not-built-in = ce basma ne peut pas servir : compilé sans la fonctionnalité `serve`
problem-compared-with-itself = { $reference } : est dans { $path }, ou l’inverse, et correspondrait à soi-même ; `basma duplicates` cherche des copies dans un même dossier
problem-reference-empty = { $path } : ne contient ni image ni vidéo à laquelle comparer ; nommez une image, une vidéo, ou un dossier qui en contient
problem-review-in-use = un autre processus tient les cas à examiner : arrêtez d’abord ce service
problem-service-runs = un service tient ouverts les contenus de ce dépôt et ne répond pas : arrêtez d’abord ce service
problem-service-undone = le service en cours n’a pas pu effacer ce qu’il tient : son journal dit pourquoi ; corrigez cela ou arrêtez le service, puis retirez de nouveau
problem-service-behind = un service en cours tient peut-être encore ce qui est effacé, ou répond d’après d’anciennes listes : son journal dit pourquoi ; arrêtez ce service
problem-review-full = les cas à examiner sont à leur maximum : décidez, arrêtez le service et déplacez ce fichier
problem-review-damaged = la ligne { $line } n’est pas un enregistrement de l’examen : déplacez ce fichier pour recommencer sans cas
problem-keys-damaged = { $path } : ce n’est pas un fichier de clés ({ $message }) ; `basma key` écrit des clés
problem-keys-writable = { $path } : d’autres peuvent écrire dans ce fichier de clés ; retirez-leur ce droit par `chmod go-w`
problem-key-name = « { $name } » ne peut pas nommer une clé : un nom a de 1 à 64 lettres, chiffres ou . _ @ -
problem-key-taken = il y a déjà une clé « { $name } » ; choisissez un autre nom, ou retirez l’ancienne du fichier
problem-listen-needs-keys = d’autres machines atteignent { $address } : nommez un fichier de clés par --keys, que `basma key` crée, ou écoutez sur 127.0.0.1
problem-tls-broken = { $path } : inutilisable pour TLS ({ $message }) ; nommez un fichier PEM
problem-fetch-from = « { $text } » ne nomme aucun serveur : donnez un nom, un nom avec un port, .example.org pour tous les noms qui en dépendent, ou *
problem-store-missing = { $path } : aucun dépôt ; `basma store init` en crée un là, `--store` ou BASMA_STORE en désigne un autre
problem-store-unnamed = aucun dépôt désigné, et ce système ne donne pas de dossier pour les données des programmes ; désignez-en un avec `--store` ou BASMA_STORE
problem-csv-only = --csv-separator et --bom vont avec --format csv
problem-stdin-twice = l’entrée standard (-) est nommée deux fois ; elle ne peut être lue qu’une fois : écrivez-en une dans un fichier
problem-stdin-too-long = l’entrée standard (-) est trop longue (limite en octets : { $limit }) : écrivez-la dans un fichier, et nommez ce fichier
problem-stdin-recorded = l’entrée standard (-) est chaque fois un autre fichier, que --journal et --cache ne peuvent pas retenir : écrivez-la dans un fichier, et nommez ce fichier
problem-convert-loses = { $format } n’a pas de place pour tout : omettez --strict pour écrire le reste, ou choisissez jsonl, qui contient tout
problem-named-twice = { $path } : est indiqué pour deux usages
problem-output-over-list = { $output } : écraserait { $list } ; choisissez un autre emplacement
problem-output-in-case = { $output } : serait écrit dans le dossier { $case } ; choisissez un autre emplacement, ou retirez --output
problem-output-in-store = { $output } : serait écrit dans le dépôt { $store } ; choisissez un autre emplacement
problem-output-among-lists = { $output } : serait écrit parmi les listes de { $folder } ; choisissez un autre emplacement
problem-output-in-scanned = { $output } : serait écrit dans ce qui est analysé, { $folder } ; choisissez un autre emplacement
problem-export-occupied = { $path } : existe avec un autre contenu que ne le dit son nom ; choisissez un autre dossier
problem-output-not-a-file = { $path } : existe mais n’est pas un fichier ordinaire ; déplacez-le
problem-not-regular-file = { $path } : n’est pas un fichier ordinaire ; nommez un fichier, ou analysez le dossier
problem-picture-without-pixels = une image a au moins un pixel ; donnez une largeur et une hauteur supérieures à 0
problem-not-a-result-line = ce n’est pas une ligne de résultats (« { $message } ») ; `basma scan --format jsonl` écrit des lignes lisibles
problem-report-line = { $file }:{ $line } : ce n’est pas une ligne de résultats (« { $message } ») ; `basma scan --format jsonl` en écrit
problem-report-second = { $file }:{ $line } : suit le bilan d’une analyse ; faites un rapport de chaque analyse séparément
problem-report-of-hashes = { $file }:{ $line } : écrit par `basma hash`, qui ne recherche rien ; faites le rapport de ce que `basma scan --format jsonl` écrit
problem-report-of-lookup = { $file }:{ $line } : écrit par `basma lookup`, qui n’examine aucun fichier ; faites le rapport de ce que `basma scan --format jsonl` écrit
problem-report-empty = { $file } : ne contient aucun résultat ; `basma scan --format jsonl` en écrit
problem-report-time = SOURCE_DATE_EPOCH vaut « { $text } », ce qui n’est pas un nombre de secondes depuis 1970 ; supprimez cette variable ou corrigez-la
problem-paper-text = --{ $name } a { $found } caractères, et la base de données en accepte de 1 à { $most } ; donnez un texte de cette longueur
problem-paper-option = --{ $option } n’est pas pour { $paper } ; retirez cette option, ou choisissez un autre document
problem-paper-unfinished = une partie antérieure de l’archive n’a pas pu être écrite ; exportez de nouveau
problem-paper-browser-missing = aucun navigateur de la famille Chromium n’est installé, et c’est lui qui imprime le PDF ; installez chromium, nommez-en un avec --browser, ou exportez html et imprimez-le
problem-paper-browser-failed = { $browser } n’a pas imprimé le PDF (« { $message } ») ; nommez un autre navigateur avec --browser, ou exportez html et imprimez-le
problem-paper-too-large = { $name } est plus grand dans l’archive que lorsqu’il a été mesuré ; ne modifiez pas le dossier pendant qu’un document est établi
problem-thread-not-started = un fil d’exécution ne peut pas être lancé : « { $message } »
problem-not-a-file-name = { $path } : n’est pas un nom de fichier
problem-output-broken = la sortie ne peut pas être écrite : « { $message } »
problem-temporary-broken = un fichier temporaire n’est plus tel qu’il a été écrit : « { $message } »
problem-path-too-long = { $file } : le chemin { $place } est plus long que ne le permet aucun système
problem-path-zero-byte = { $file } : le chemin { $place } contient un octet nul : les chemins se terminent-ils par des octets nuls (--null) ?
problem-path-not-utf8 = { $file } : le chemin { $place } n’est pas en UTF-8
problem-max-reject = « { $text } » n’est ni un nombre de lignes ni un pourcentage de 0% à 100%
problem-sampling = « { $text } » n’est ni keyframes, ni distinct, ni interval=SECONDS (0.001 à 86400), ni all, ni vpdq=SECONDS (0 à 86400)
problem-pattern = { $pattern } n’est pas un motif de noms ou de chemins : « { $message } »
problem-converter-unknown = { $path } n’est pas avifdec, heif-dec, heif-convert ou ffmpeg
problem-threads-not-started = les fils d’exécution de l’analyse ne peuvent pas démarrer : « { $message } »
problem-sandbox-partial = la cloison autour des processus qui ouvrent les fichiers n’est pas complète ({ $wall }) ; --sandbox best continue derrière ce qu’il y a
problem-radius-not-a-number = il faut un nombre de bits
problem-radius-of-digest = { $hash_type } est un condensat : identique ou rien
problem-radius-too-large = { $most ->
    [one] { $most } bit peut
   *[other] { $most } bits peuvent
} différer au plus
problem-separator = il faut `,` ou `;` ou tab
problem-number-needed = il faut un nombre entier
problem-number-between = il faut un nombre entier de { $least } à { $most }
problem-address-needed = il faut une adresse et un port, comme 127.0.0.1:5100
problem-size-not-a-number = il faut un nombre, suivi de K, M ou G ou de rien
problem-size-too-large = trop grand
problem-time-unreadable = il faut une date telle que 2027-01-31T00:00:00Z
problem-name-unknown = « { $text } » est inconnu ; connus : { $known }

# Hashes.
problem-hash-length = il faut { $needed ->
    [one] { $needed } chiffre hexadécimal
   *[other] { $needed } chiffres hexadécimaux
}, trouvés : { $found }
problem-hash-digit = le caractère « { $digit } » à la position { $place } n’est pas un chiffre hexadécimal
problem-lookup-line-too-long = { $place } : ligne trop longue pour une empreinte
problem-lookup-type-not-listed = { $place } : aucune liste ne contient d’empreintes de type { $hash_type }
problem-lookup-no-type-fits = { $place } : aucun fichier de ce nom, et les listes ne contiennent pas d’empreintes de { $digits } chiffres ; les leurs en ont { $held }
problem-lookup-mixed = les empreintes et les fichiers se recherchent séparément ; lancez la commande une fois pour chaque

# Clips of vPDQ.
problem-vpdq-nothing = aucune vidéo n’a d’empreinte, et aucune disposition de vPDQ ne peut être vide
problem-vpdq-one-clip = { $path } : cette disposition contient une seule piste vidéo, et une autre est déjà écrite ; --vpdq json en contient plusieurs
problem-vpdq-without-time = l’image { $frame } n’a pas d’horodatage, que cette disposition exige
problem-vpdq-without-frames = vidéo sans images

# Scans and what they remember.
problem-lists-empty = les listes ne contiennent aucune entrée : rien ne pourrait correspondre
problem-types-not-listed = aucune liste ne contient d’empreintes de type { $types } ; les listes contiennent : { $listed }
problem-log-key = { $path } : n’est pas une clé : une clé a 32 octets
problem-log-in-use = { $path } : est utilisé par une autre analyse
problem-log-foreign = { $path } : n’est ni un journal ni un cache d’analyse
problem-log-other-version = { $path } : a été écrit par une autre version de basma ; nommez un autre fichier
problem-log-header-damaged = { $path } : a un en-tête endommagé ; nommez un autre fichier
problem-log-in-use-by-scan = { $path } : est utilisé par une analyse
problem-passwords-too-many = { $path } : plus de { $limit ->
    [one] { $limit } mot de passe
   *[other] { $limit } mots de passe
}, ou plus de 64 Mio ; scindez le fichier
problem-passwords-missing = { $path } : aucun mot de passe ; écrivez-en un par ligne
problem-log-not-a-file = { $path } : n’est pas un fichier
problem-log-foreign-kept = { $path } : n’est ni un journal ni un cache d’analyse, et n’est pas touché
problem-log-is-cache = { $path } : est un cache, pas un journal ; nommez un autre fichier
problem-log-is-journal = { $path } : est un journal, pas un cache ; nommez un autre fichier
problem-log-of-other-settings = { $path } : est le journal d’une analyse avec d’autres types, limites ou options ; nommez un autre fichier
problem-log-key-needed = { $path } : ne garde pas les chemins : sa clé est nécessaire
problem-log-keeps-paths = { $path } : garde les chemins ; nommez un autre fichier
problem-cluster-text = { $text } : n’est pas un groupe ; un groupe est c suivi de 16 chiffres hexadécimaux
problem-whole-pictures-only = les empreintes de 64 bits se calculent sur des images entières

# Lists and indexes.
problem-list-compiled = { $path } : est déjà compilé ; partez des listes en texte dont il est issu
problem-list-not-a-file = { $path } : dans un dossier de listes, sans être un fichier ; nommez ce qui est voulu, ou déplacez-le
problem-lists-among-media = { $folder } : contient à la fois des images ou des vidéos ({ $media }) et des listes ({ $list }) ; gardez les listes dans un dossier à part, ou nommez chacune
problem-media-without-hashes = { $path } : aucune image ni vidéo n’a pu en être traitée, ce n’est donc pas une liste ; nommez-en d’autres, ou calculez d’autres types
problem-list-folder-empty = { $path } : le dossier ne contient aucune liste
problem-index-not-regular = pas un fichier ordinaire, donc pas un index
problem-index-empty = pas un index basma : le fichier est vide ; une liste en texte est lue telle quelle, ou compilée par `basma build`
problem-index-foreign = pas un index basma : il ne commence pas comme un index ; une liste en texte est lue telle quelle, ou compilée par `basma build`
problem-index-truncated = tronqué : il faut { $needed ->
    [one] { $needed } octet
   *[other] { $needed } octets
}, trouvés : { $found } ; copiez-le de nouveau ou reconstruisez-le à partir de ses listes
problem-index-newer = la version d’index { $version } est plus récente que { $known } : reconstruisez-le par `basma build` ou mettez basma à jour
problem-index-damaged = { $damage } ; le fichier est endommagé : restaurez-le d’une copie ou reconstruisez-le à partir de ses listes
problem-index-missing-structure = l’index n’a pas de { $structure } pour les empreintes { $hash_type } ; reconstruisez-le avec, ou cherchez sans
problem-hit-of-another-index = { $hash } est un résultat d’un autre index
problem-entry-number = l’entrée { $number } n’existe pas : l’index en a { $count } de ce type, comptées à partir de 0
problem-shard = « { $text } » n’est pas une part ; les parts se comptent à partir de 0, de 0/8 à 7/8
problem-shard-unnamed = un résumé ne nomme aucune part : réunissez ceux de `basma scan --shard`
problem-shard-interrupted = l’analyse de la part { $shard } a été interrompue : recommencez-la
problem-shard-twice = la part { $shard } figure deux fois : nommez chacune une fois
problem-shard-missing = la part { $shard } manque : nommez les résumés de toutes les parts
problem-shard-differs = la part { $shard } a vu d’autres fichiers que la première, ou avait d’autres listes ou règles : analysez de nouveau toutes les parts
problem-shards-incomplete = fichiers dans les parts : { $files }, fichiers en tout : { $walked } ; analysez de nouveau toutes les parts

# Stores.
problem-store-without-lists = ne contient pas encore de listes ; `basma refresh --store { $store }` les prend dans son sources.toml
problem-store-foreign = n’est pas un dépôt ; `basma store init DIR` en crée un
problem-store-newer = a été créé par une version plus récente de basma
problem-store-mark-damaged = son fichier { $file } est endommagé
problem-store-not-empty = existe et n’est pas vide ; un dépôt veut un dossier à lui
problem-store-writable = d’autres peuvent y écrire (mode { $mode }) : `chmod go= DIR`, ou permettez-le par --shared-store
problem-store-readable = d’autres peuvent le lire (mode { $mode }) : `chmod go= DIR`, ou permettez-le par --shared-store
problem-store-of-another = appartient à l’utilisateur { $owner }, et l’utilisateur actuel est { $user } : agissez en tant que propriétaire (`sudo -u '#{ $owner }'`), ou permettez-le par --shared-store
problem-store-file-damaged = est endommagé (« { $message } ») : restaurez-le d’une copie
problem-store-file-newer = est de version { $version } : une version plus récente de basma le lit
problem-manifest-foreign = n’est pas le manifeste qui a été publié : restaurez-le, ou `basma rollback` vers une autre génération
problem-manifest-of-another = est le manifeste de la génération { $generation }
problem-store-index-outside = est nommé par un manifeste et se trouve hors du dépôt
problem-store-index-foreign = n’est pas l’index qui a été publié : restaurez-le, ou `basma rollback` vers une autre génération
problem-built-counts = construit avec { $rows } entrées sur { $rows_expected } et { $hashes } empreintes sur { $hashes_expected } : rien n’est publié ; merci de le signaler
problem-built-not-found = construit, mais ne trouve pas sa propre empreinte { $hash } : rien n’est publié ; merci de le signaler
problem-source-state-unreadable = ce qui est connu de la source ne peut pas être lu (« { $message } ») : revenez en arrière, ou commencez un nouveau dépôt
problem-source-state-unwritable = ce qui est connu de la source ne peut pas être écrit (« { $message } »)
problem-delta-broken = { $error } ; la liste « { $list } » est faite de modifications successives : `basma rollback` vers une génération intacte
problem-audit-damaged = { $damage } ; ce qui est en vigueur n’en dépend pas, mais ce qui a été fait n’est plus prouvé
problem-decisions-damaged = { $damage } ; restaurez le fichier d’une copie : `basma audit` montre ce qui a été décidé
problem-store-not-followed = les listes ne peuvent pas être relues à cause d’un défaut de ce programme ; merci de le signaler
problem-store-decisions-full = contient autant de décisions que possible : lancez `basma refresh`, qui les intègre
problem-store-list-unknown = le dépôt ne contient pas de liste « { $name } » ; il contient : { $known }
problem-generation-not-kept = la génération { $generation } n’est pas conservée ; conservées : { $kept }
problem-generation-before-missing = aucune génération conservée ne précède celle-ci sans avoir été abandonnée ; nommez-en une, conservées : { $kept }
problem-generations-too-few = il n’y a pas deux générations à comparer
problem-withdrawal-without-reason = un retrait exige un motif : indiquez-le
problem-not-withdrawn = « { $text } » n’est pas retiré de la liste « { $list } », ou pas sous ce nom : `basma audit` montre ce qui l’est
problem-not-listed = la liste « { $list } » ne contient rien de tel que « { $text } » : faute de frappe ? --force le retire d’avance
problem-decision-impossible = { $act } : décision impossible : l’empreinte ne représente rien, comme celle d’un fichier vide, ou un texte dépasse ce qu’une entrée permet
problem-item-unknown = « { $item } » : n’est ni un fichier ni une empreinte ; une empreinte est HASH ou TYPE:HASH
problem-item-unclear = « { $item } » : peut être de plusieurs types ; donnez-la sous la forme TYPE:HASH
problem-item-empty = { $path } : est vide, et correspondrait à tout fichier vide
problem-item-compiled = { $path } : est compilé à partir de listes : ajoutez ces listes, ou ce qu’écrit `basma convert { $path } --to jsonl`
problem-item-of-source = { $path } : a trop d’entrées pour un ajout à la main (limite : { $limit }), ou en retire : nommez-le comme source dans sources.toml, puis lancez `basma refresh`
problem-item-without-hashes = { $path } : rien ne peut en être répertorié

# Refresh and its configuration.
problem-checker-name = vérificateur « { $name } » : un nom a de 1 à 200 lettres, chiffres, points, tirets et soulignés
problem-checker-purpose = vérificateur « { $name } » : `purpose` est vide ; écrivez ce pour quoi il peut être interrogé
problem-checker-type = { $place } : le vérificateur « { $name } » n’accepte pas d’empreintes du type { $hash_type }
problem-checker-twice = deux vérificateurs s’appellent « { $name } »
problem-checker-unknown = sources.toml n’a pas de vérificateur « { $name } », mais : { $known }
problem-checker-none = sources.toml n’a pas de vérificateur « { $name } », ni aucun autre ; nommez son service dans un [[checker]]
problem-source-unknown = la liste « { $name } » n’a pas de source ; listes avec une source : { $known }
problem-sources-none = sources.toml ne nomme aucune source : il n’y a rien à actualiser
problem-override-without-reason = lever un garde-fou exige un motif : indiquez-le
problem-override-without-list = un garde-fou ne se lève que pour des listes nommées : nommez-les avant --override
problem-source-never-fetched = liste « { $list } » : sa source dit que rien n’a changé, alors que rien n’a jamais été récupéré
problem-snapshot-removals = { $location } : contient des retraits, alors que la liste « { $list } » est déclarée snapshot, qui retire par omission : est-ce un delta ?
problem-sources-not-utf8 = n’est pas en UTF-8
problem-sources-syntax = ligne { $line }, colonne { $column } : « { $message } »
problem-sources-keep = keep : un retour en arrière demande au moins 2 générations
problem-sources-list-twice = la liste « { $list } » a deux sources
problem-sources-suppresses-unknown = la liste « { $list } » écarte « { $name } », qui n’est pas une liste d’ici
problem-sources-suppresses-itself = liste « { $list } » : elle ne peut pas s’écarter elle-même
problem-sources-name-length = liste « { $list } » : un nom a de 1 à 200 octets
problem-sources-name-slash = liste « { $list } » : un nom ne contient ni `/` ni `\`
problem-sources-name-pattern = liste « { $list } » : un nom ne contient pas `*`, `?`, `[`, `]`, `{"{"}` ou `{"}"}`, qui désignent d’autres noms
problem-sources-name-unseen = liste « { $list } » : un nom ne contient aucun caractère invisible ou qui change le sens du texte
problem-sources-name-edges = liste « { $list } » : un nom ne commence ni par un point, ni par un tiret, ni par une espace, et ne finit ni par un point ni par une espace
problem-sources-name-device = liste « { $list } » : un système réserve ce nom à un périphérique
problem-sources-purpose = liste « { $list } » : purpose est vide ; indiquez à quoi la liste peut servir
problem-sources-radius-name = liste « { $list } » : radius : écrivez { $name } pour { $found }
problem-sources-radius-range = liste « { $list } » : un rayon pour { $name } va de 0 à { $most ->
    [one] { $most } bit
   *[other] { $most } bits
}, et non { $found }
problem-sources-quality = liste « { $list } » : min_quality va de 0 à 100
problem-sources-local-origin = liste « { $list } » : une liste locale n’a pas de source ; retirez `from`, ou écrivez snapshot ou delta
problem-sources-origin-missing = liste « { $list } » : indiquez sa source : `[source.from.file]`, `.folder` ou `.http`
problem-sources-interface-kind = liste « { $list } » : une interface envoie ce qui a changé ; écrivez `kind = {"\u0022"}delta{"\u0022"}`
problem-sources-interface-keys = liste « { $list } » : les réponses d’une interface ne sont pas signées ; retirez keys
problem-sources-never-allows = liste « { $list } » : une liste au format { $format } contient des images d’abus, ou ce qui est seulement connu, et ne peut rien autoriser ; retirez suppresses
problem-mapping = la correspondance des champs est incorrecte : « { $message } »
problem-sources-unreviewed-blocks = liste « { $list } » : ce que personne n’a examiné ne doit pas bloquer ; écrivez `at_most = {"\u0022"}review{"\u0022"}`, ou retirez unreviewed
problem-sources-authentic-allows-nothing = liste « { $list } » : des avis authentiques autorisent ce que d’autres listes contiennent ; nommez ces listes dans suppresses, ou écrivez `suppresses = [{"\u0022"}*{"\u0022"}]`
problem-sources-local-keys = liste « { $list } » : une liste locale ne peut avoir ni keys ni max_age
problem-sources-shares = liste « { $list } » : les valeurs de guards sont des pourcentages à partir de 0
problem-sources-expires = expires : « { $text } » n’est pas un moment tel que 2026-01-31T18:00:00Z ou 2026-01-31
problem-sources-max-age = max_age : « { $text } » n’est pas une durée telle que 90s, 30m, 36h ou 7d
problem-sources-secret = { $place } : un secret se désigne ici, il ne s’écrit jamais : `auth = {"{"} bearer = {"{"} env = {"\u0022"}NAME{"\u0022"} {"}"} {"}"}` ou `{"{"} file = {"\u0022"}/PATH{"\u0022"} {"}"}` ; remplacez le secret s’il a été écrit ici
