# Headings and marks.
usage = Utilisation : { $usage }
heading-commands = Commandes{"\u00A0"}
heading-arguments = Arguments{"\u00A0"}
heading-options = Options{"\u00A0"}
heading-files = Fichiers{"\u00A0"}
heading-matching = Correspondance{"\u00A0"}
heading-reading-lists = Lecture des listes{"\u00A0"}
heading-media = Médias{"\u00A0"}
heading-network = Réseau{"\u00A0"}
heading-output = Sortie{"\u00A0"}
heading-remembering = Mémoire des analyses{"\u00A0"}
help-default = { "[" }par défaut : { $values }]
help-possible = { "[" }valeurs possibles : { $values }]
help-environment = { "[" }variable d’environnement : { $name }]
help-value = { $value } : { $help }

# Commands.
about = Reconnaît des images connues d’abus et d’hypertrucage quand elles réapparaissent : des copies, pas des ressemblances
about-more = Une LIST est une liste en texte dans un format pris en charge, un index compilé (.basma), un dépôt, une image ou une vidéo. Ce peut aussi être un dossier de listes, ou d’images et de vidéos. Une correspondance est une piste pour une personne, jamais un verdict.
about-exit = Codes de sortie : 0 rien ne correspond et chaque fichier a été examiné ; 1 au moins une correspondance ; 2 le travail n’a pas pu être fait ; 3 rien ne correspond, mais des fichiers n’ont pas pu être examinés. `scan --fail-on` en décide autrement.
about-scan = Chercher le contenu connu dans des fichiers, dossiers et archives
about-scan-more = Chaque fil d’exécution a besoin de mémoire pour un fichier et ce qu’il devient décodé : --max-file-bytes et --max-decoded-bytes. Les archives imbriquées demandent 512 Mio de plus. Le nombre et la taille des fichiers ne comptent pas.
about-compare = Chercher des copies d’une image, d’une vidéo ou d’un dossier de celles-ci, sans liste
about-duplicates = Grouper les copies parmi des images et des vidéos : les mêmes octets, et celles qui sont proches entre elles
about-duplicates-more = Rien n’est gardé et rien n’est supprimé. Chaque copie d’un groupe est proche du premier fichier. Code de sortie 1 : il y a des copies.
about-hash = Afficher les empreintes de fichiers multimédias
about-rematch = Rechercher ce que des analyses précédentes ont gardé en mémoire : avons-nous détenu l’un de ces contenus ?
about-lookup = Rechercher des empreintes dans des listes
about-report = Faire une page pour des personnes avec les résultats d’une analyse
about-report-more = La page est un seul fichier HTML qui se suffit : pas de script, rien du réseau. Elle est dans la langue des messages (--lang). Elle contient des noms de fichiers et des condensats : traitez-la comme les résultats eux-mêmes.
about-build = Compiler des listes en un seul index projeté en mémoire
about-convert = Écrire des listes dans un autre format
about-inspect = Décrire le contenu d’un index compilé
about-store = Créer un dépôt de listes, le vérifier, ou montrer son histoire
about-init = Créer un dépôt, dont la liste `own` est aussitôt en vigueur
about-check = Vérifier le fichier qui nomme les sources, et rien d’autre
about-history = Énumérer les générations conservées : ce que chacune contient, qui l’a faite et pourquoi, laquelle est en vigueur
about-refresh = Mettre à jour les listes d’un dépôt depuis leurs sources
about-refresh-more = Codes de sortie : 0 tout est à jour ; 2 quelque chose ne l’est pas : une source a échoué ou un garde-fou la retient, et la version en vigueur le reste ; 3 tout l’est, mais des enregistrements malformés ont été mis de côté ; 4 le dépôt est verrouillé par un autre processus.
about-status = Décrire l’état des listes d’un dépôt ; code de sortie 3 si l’une est périmée ou en échec
about-list = Montrer ce que contiennent les listes d’un dépôt, ou l’exporter
about-revoke = Retirer des entrées d’une liste d’un dépôt, avec effet immédiat
about-add = Ajouter des images, des vidéos ou des empreintes à une liste d’un dépôt, avec effet immédiat
about-rollback = Remettre en vigueur les listes d’une génération précédente
about-diff = Montrer ce qui a changé entre deux générations ; code de sortie 1 s’il y a un changement
about-audit = Afficher ce qui a été fait à un dépôt, ou vérifier que son registre est intact
about-ask = Interroger sur des empreintes un service de sources.toml : il prend connaissance de chacune
about-ask-more = Seules des empreintes sont envoyées : ni fichier, ni nom. Rien d’autre dans basma n’interroge un service. Codes de sortie : 1 il en connaît une ; 3 il n’en connaît aucune, et toutes n’ont pas été vérifiées, si son vérificateur dit `fail = "closed"`.
about-feedback = Écrire ce qui a été décidé sur les entrées d’une liste, dans la forme que son fournisseur accepte ; rien n’est envoyé
about-serve = Répondre en HTTP : un dépôt de listes que des plateformes interrogent
about-serve-more = Les requêtes et les réponses sont celles de HMA : ses clients n’ont besoin que d’une autre adresse. Ctrl-C ou SIGTERM y met fin : les requêtes en cours reçoivent d’abord leur réponse.
about-key = Créer une clé pour un client du service
about-key-more = La clé est affichée une seule fois et n’est conservée nulle part : le fichier contient son SHA-256. Un service en marche relit le fichier quand il change.
about-doctor = Montrer ce que cette machine sait décoder, et ce qu’il faudrait pour décoder le reste
about-help = Afficher l’aide d’une commande, ou d’un sujet : `formats`, `exit-codes`, `lists`, `store`

# Options of every command.
help-lang = La langue de ce qui est dit aux personnes : en, fr ou ar
help-lang-more = La sortie pour les programmes n’est jamais traduite. Par défaut, celle de BASMA_LANG, LC_ALL, LC_MESSAGES ou LANG, sinon l’anglais.
help-color = Couleurs et liens dans la sortie : auto, si un terminal les montre, always, toujours, ou never, jamais
help-quiet = Ne dire que les correspondances, les avertissements et les erreurs
help-quiet-more = Ni bilan, ni progression, ni description des listes chargées.
help-help = Afficher l’aide (plus complète avec « --help »)
help-version = Afficher la version
help-about = Une commande ou un sujet

# Which files.
help-paths = Fichiers et dossiers ; les dossiers sont parcourus, sans suivre leurs liens ; - est l’entrée standard
help-reference = L’image, la vidéo ou le dossier de celles-ci dont on cherche des copies ; - est l’entrée standard
help-radius-duplicates = Combien de bits peuvent différer [par défaut : pdq=31]
help-radius-duplicates-more = Pour PDQ, ou sous la forme TYPE=N pour un autre type. Les dossiers sont parcourus sans aucune option.
help-paths_from = Prendre les chemins dans ce fichier, un par ligne, ou sur l’entrée standard (-) : chacun autant de fois qu’il est nommé
help-null = Dans ce fichier, chaque chemin se termine par un octet nul, comme l’écrit `find -print0`, et non par une fin de ligne
help-no_archives = Traiter les archives comme des fichiers ordinaires, sans les ouvrir ; les images et vidéos contenues dans d’autres fichiers sont quand même examinées
help-passwords = Essayer les mots de passe de ce fichier, un par ligne, sur ce qui est chiffré dans les fichiers zip, 7z et PDF
help-passwords-more = Ils sont essayés jusqu’à ce que l’un convienne, le dernier qui a convenu en premier. Pour une archive, cela peut durer environ une demi-minute : quelque 600 mots de passe pour 7z, 7 000 pour PDF de la version 2.0, 60 000 pour AES dans zip, 160 000 pour les PDF plus anciens, et un million pour l’ancien chiffrement de zip. Ils n’apparaissent dans aucune sortie.
help-carve = Chercher des images et vidéos par leurs signatures dans les fichiers de contenu inconnu : aux blocs de 512 octets, ou à tous les octets
help-carve-more = Ce sont par exemple des copies de mémoire et des fichiers de programmes inconnus. L’espace libre des images de disque est cherché aussi. Seul ce qui est d’un seul tenant est trouvé : le fichier lui-même reste non pris en charge.
help-max_archive_depth = Combien d’archives peuvent être imbriquées
help-max_ratio = Combien de fois sa propre taille une archive peut produire une fois décompressée, au-delà de 256 Mio
help-exclude = Laisser de côté les fichiers et dossiers de ces noms ; peut être répété
help-shard = N’examiner que les fichiers d’une part sur N, à partir de 0/N : chacun est d’une part, selon son chemin sous PATH
help-exclude-more = Un motif avec une barre oblique vise des chemins sous un PATH : `*`, `?`, `**`, `[a-z]`, `{"{"}a,b{"}"}`.

# How near is near enough.
help-radius = Combien de bits peuvent différer [par défaut : pdq=31]
help-radius-more = Pour PDQ, ou sous la forme TYPE=N pour un autre type. Par défaut 31 pour pdq ; pour les types de 64 bits, 4 pour gradient-dct et vert-gradient-dct, 2 pour gradient et vert-gradient, 0 pour les autres. Les dossiers sont parcourus sans aucune option.
help-min_quality = La qualité PDQ, de 0 à 100, en dessous de laquelle une image est trop uniforme pour être recherchée ou répertoriée
help-limit = Le nombre maximal de correspondances d’un fichier ou d’une empreinte : les plus proches sont affichées, les autres comptées
help-flood = Mettre en quarantaine une entrée qui correspond à plus de N fichiers sur 1 000, et dix fois plus qu’avant ; 0 n’en met aucune
help-flood-more = Ses correspondances mènent au plus à un examen, jusqu’à ce qu’elles soient aussi rares qu’avant. Les empreintes exactes d’une liste sans recours ne sont jamais mises en quarantaine.
help-tier = Les niveaux de correspondance voulus, séparés par des virgules ; les autres comptent comme s’ils n’étaient pas répertoriés [par défaut : tous]
help-compat = De qui vient la règle vPDQ qui décide si des vidéos correspondent, à la place de la nôtre : py (80 % des images du fichier à 31 bits près) ou cpp (80 % des images répertoriées à 30 bits près)

# How lists are read.
help-max_reject = Combien de lignes incorrectes tolérer, en nombre ou en N% ; elles sont signalées et laissées de côté
help-rejects = Écrire ici chaque ligne incorrecte, avec son numéro et son problème
help-map = Dire, par un fichier JSON, où se trouvent les champs d’une liste dont le format n’est pas connu
help-checker = Le nom du vérificateur, tel qu’il est dans `sources.toml`
help-hashes-ask = Des empreintes sous la forme HASH ou TYPE:HASH ; sans rien, ce que `basma hash` affiche, lu sur l’entrée standard
help-hash_type-ask = Le type des empreintes données sans type [par défaut : le type de cette longueur que le service accepte]
help-source-feedback = La liste dont les entrées ont fait l’objet de décisions
help-vics_profile = Dire à quel pays appartiennent les numéros de catégorie d’un document de Project VIC ; rien n’en découle
help-lenient_hex = Accepter dans les empreintes le préfixe 0x, les espaces et les tirets
help-skip_unsupported = Laisser de côté les entrées autres que des empreintes de médias (URL, textes) au lieu de refuser la liste
help-allow_unusual_pdq = Accepter une liste dont la plupart des empreintes PDQ ont un nombre de bits à un que PDQ ne produit pas
help-shared_store = Accepter un dépôt que d’autres que son propriétaire peuvent lire ou modifier

# How pictures and clips are decoded.
help-views = Les modifications des copies qui sont annulées : stored, upright, tx-compat, all, fast, standard ou thorough
help-views-more = Ce dont l’empreinte est calculée pour une image : telle que stockée (stored) ; aussi telle que les visionneuses la montrent, à l’endroit, sur blanc et sur noir, en couleurs gérées (upright) ; tout cela dans les huit positions, pour trouver aussi les copies tournées ou en miroir (all). fast, standard et thorough ajoutent quelque 15, 60 ou 300 vues, qui annulent ce que l’on modifie dans des copies. Le coût est alors d’environ 1,2 fois, 1,5 fois ou 3 fois celui d’upright. tx-compat : upright, et ce dont tx et HMA calculent l’empreinte pour les palettes et le CMYK.
help-exact = Calculer PDQ sur chaque pixel, bit pour bit comme la référence : jamais de décodage réduit. Les grands fichiers JPEG prennent plusieurs fois plus de temps ; sans cette option, une empreinte peut différer d’un bit ou deux, de six au plus sur des photographies
help-max_file_bytes = Le plus grand fichier d’image, en octets (K, M, G : puissances de 1024)
help-max_pixels = La plus grande image, en pixels
help-max_decoded_bytes = La plus grande image décodée, avec ce dont son décodeur a besoin, en octets ; un fil d’exécution n’a pas besoin de plus, en dehors du fichier
help-max_frames = Le nombre maximal d’images d’une animation, ou de pages d’un document
help-max_total_pixels = Le nombre maximal de pixels de toutes les images ou pages d’un fichier
help-max_seconds = Le plus long décodage d’un fichier autre qu’une vidéo, ou d’une image clé, en secondes de processeur
help-avif_converter = Un programme pour décoder AVIF, dans un processus à part : avifdec, heif-dec, heif-convert ou ffmpeg, qui lisent des octets quelconques en C
help-frames = Les images d’une vidéo dont l’empreinte est calculée : keyframes, les images clés, et une ou deux par seconde si elles sont trop rares ; distinct, celles qui diffèrent de la précédente, pour des listes ; interval=SECONDS ; all, toutes ; vpdq=SECONDS, celles que prend la référence de vPDQ [par défaut : keyframes, distinct pour une liste]
help-max_clip_frames = Le nombre maximal d’images d’une vidéo
help-max_clip_seconds = Le plus long décodage d’une vidéo, en secondes de processeur
help-jobs = Combien de fils d’exécution travaillent, 512 au plus [par défaut : un par cœur]
help-ffmpeg = Le ffmpeg qui décode ce que rien d’intégré ne décode, dans un processus à part [par défaut : celui de PATH, s’il existe]
help-no_ffmpeg = Ne pas utiliser ffmpeg, même installé : seules les images clés sont alors décodées
help-sandbox = Ouvrir les fichiers dans des processus cloisonnés : require refuse si la cloison n’est pas complète, best prend ce que le système offre, off les ouvre dans ce processus

# Where to, and in what form.
help-format = Pour les personnes (text), un objet JSON par ligne (jsonl), ou CSV pour les tableurs (csv)
help-format-object = Pour les personnes (text), ou un seul objet JSON (jsonl)
help-format-lines = Pour les personnes (text), ou JSON Lines (jsonl)
help-output = Écrire ici au lieu de la sortie standard (-)
help-output-more = Un fichier existant est remplacé en entier, ou pas du tout.
help-show = Les fichiers qui ont une ligne : matches, gaps, all [par défaut : matches,gaps]
help-show-more = Les correspondances (matches) ; les fichiers qui n’ont pas été examinés en entier et peuvent contenir des images (gaps) ; tous (all). Avec --quiet, matches par défaut.
help-verbose = Montrer tout de chaque correspondance
help-verbose-more = Les fichiers qui correspondent à une même image répertoriée sont groupés, le plus proche d’abord, au lieu d’une ligne par fichier.
help-csv_separator = Ce qui sépare les cellules du CSV : une virgule, un point-virgule ou `tab` [par défaut : ,]
help-bom = Commencer le CSV par un indicateur d’ordre des octets, auquel Excel reconnaît UTF-8

# Scan.
help-lists = Les listes où rechercher ; peut être répété
help-types = Les types d’empreinte à calculer et à rechercher [par défaut : tous ceux des listes]
help-fail_on = Ce qui rend le code de sortie différent de 0 : matched (1), gaps (3 : tout ce qui est unsupported, damaged, unreadable, over-limit) ou l’un de ceux-ci, et de low-quality et skipped (3 aussi) ; weak, des indices d’une vidéo répertoriée trop faibles pour une correspondance (3 aussi) ; nothing, pour un travail qui ne fait que rendre compte ; ou le code d’une raison (3 aussi), comme password-none-fits
help-export_matches = Copier les fichiers avec correspondance dans ce dossier, nommés par leur SHA-256, et dire dans manifest.jsonl de quels résultats ils viennent
help-export_matches-more = Les membres d’archives aussi. Rien n’est remplacé, et le dossier ne doit pas être dans ce qui est analysé. Gardez-le comme la loi l’exige.
help-journal = Consigner chaque fichier dès qu’il est traité : relancée, la même commande reprend où elle s’est arrêtée
help-journal-more = Quelle que soit l’interruption, la sortie est la même à la fin.
help-cache = Garder dans un cache, d’une analyse à l’autre, les empreintes de ce qui est analysé : les fichiers inchangés ne sont pas relus
help-no_paths = Garder dans le cache des condensats des chemins au lieu des chemins ; leur clé est créée à côté, sous FILE.key
help-max_cache_bytes = La taille maximale du cache, en octets ; s’il est presque plein, l’analyse suivante en oublie la moitié la plus ancienne

# Hash, rematch, lookup.
help-types-hash = Les types d’empreinte à calculer [par défaut : pdq,sha256, ou ceux du format]
help-for_list = Écrire une liste à soi : du JSON Lines, avec les tuiles et les points caractéristiques d’une image en plus de son empreinte PDQ
help-for_list-more = Ils retrouvent les copies recadrées ou recouvertes. Ils en disent plus d’une image que son empreinte : une telle liste se garde aussi bien que les images.
help-no_details = Ne répertorier que l’empreinte d’une image, sans les tuiles ni les points caractéristiques qui retrouvent ses copies modifiées
help-vpdq-hash = Écrire seulement les images de vidéos, comme d’autres programmes les lisent : cpp, py, old ou json
help-vpdq-hash-more = Une image par seconde, sauf si --frames en décide autrement. `cpp` et `py` sont des lignes d’une seule vidéo ; `old` est un objet JSON d’une seule vidéo ; `json`, que `tx` et HMA échangent, a une vidéo par ligne.
help-cache-rematch = Le cache ou le journal d’analyses précédentes ; aucun autre fichier n’est lu
help-hashes = Des empreintes sous la forme HASH ou TYPE:HASH, ou des images et des vidéos ; sans rien, ce que `basma hash` affiche, lu sur l’entrée standard
help-vpdq = Rechercher, comme le fait une analyse, les vidéos dont les images sont dans ces fichiers, dans n’importe quelle disposition de vPDQ
help-hash_type = Le type des empreintes données sans type [par défaut : le type de cette longueur présent dans les listes]
help-explain = Dire sur la sortie d’erreur comment chaque empreinte a été recherchée, et à quel coût

# Build and inspect.
help-lists-build = Des listes en texte, ou des images et vidéos, ou des dossiers de celles-ci ; - est l’entrée standard
help-output-build = L’index à écrire ; un index existant est remplacé en entier, ou pas du tout
help-hash_type-build = Le type d’empreinte des listes qui n’en nomment pas
help-structure = La structure de recherche des empreintes perceptuelles
help-min_quality-build = La qualité PDQ, de 0 à 100, en dessous de laquelle une entrée qui en indique une est laissée de côté
help-on_conflict = Que faire quand une liste se contredit sur une empreinte
help-memory = La mémoire de travail, à peu près ; ce qui n’y tient pas va dans des fichiers temporaires à côté de l’index
help-index = L’index compilé ; - est l’entrée standard
help-verify-inspect = Vérifier chaque octet, et que chaque structure trouve chaque empreinte

# Stores.
help-store = Le dossier du dépôt
help-store-more = Par défaut, celui de BASMA_STORE, sinon `basma` dans le dossier où ce système garde les données des programmes.
help-folder = Le dossier, nouveau ou vide [par défaut : comme pour --store]
help-format-audit = Pour les personnes (text), ou JSON Lines (jsonl) : les enregistrements tels qu’ils sont gardés
help-shared_store-store = Accepter un dépôt que d’autres que son propriétaire peuvent lire ou modifier, ou qui appartient à un autre utilisateur
help-lists-refresh = Les listes à actualiser [par défaut : toutes celles que nomme sources.toml]
help-init = Créer le dépôt, avec un sources.toml commenté pour commencer, et rien d’autre
help-dry_run = Tout faire sauf publier, et dire ce qui changerait ; code de sortie 1 s’il y a un changement
help-overrides = Laisser passer, une seule fois et avec trace au registre, ce que ce garde-fou retiendrait : shrink, growth, rejects, degenerate, canary, back, gap, age, identity, rolled-back, clock, empty, dropped, damaged ; peut être répété
help-reason = Le motif, pour le registre
help-generations = Énumérer les générations conservées : ce que chacune contient, qui l’a faite et pourquoi, laquelle est en vigueur
help-metrics = Écrire ici des mesures pour Prometheus (lues par le collecteur textfile de son node exporter)
help-to = La génération dont les listes doivent revenir en vigueur [par défaut : la précédente qui n’a pas été abandonnée]
help-before = La génération d’avant [par défaut : l’avant-dernière conservée]
help-after = La génération d’après [par défaut : celle en vigueur]
help-verify = Tout parcourir au lieu de l’afficher, pour vérifier que rien n’a été modifié, retiré ni inséré
help-list-list = La liste dont les entrées sont montrées [par défaut : chaque liste du dépôt]
help-labels-list = Montrer les entrées qui ont cette étiquette ; peut être répété, et l’une d’elles suffit alors
help-id-list = Montrer les entrées de l’élément qui a cet ID
help-types-list = Montrer les empreintes de ces types
help-format-list = Pour les personnes (text), ou une liste dans l’un de deux formats, que basma relit (jsonl, csv)
help-targets = Ce qui est retiré : images, vidéos, listes, HASH, TYPE:HASH, ou l’ID d’un élément avec toutes ses empreintes ; - est l’entrée standard
help-list-revoke = La liste d’où il est retiré ; les autres listes qui le contiennent le gardent
help-id-revoke = Prendre ce qui est donné pour des ID, quelle qu’en soit la forme
help-lift = Lever un retrait : ce que dit la source compte de nouveau
help-force = Retirer d’avance ce que la liste ne contient pas
help-items = Ce qui est ajouté : des images, des vidéos, des dossiers de celles-ci, des listes, ou des empreintes sous la forme HASH ou TYPE:HASH ; - est l’entrée standard
help-list = La liste à laquelle il est ajouté
help-labels = Une étiquette ; peut être répété
help-id = L’ID de l’élément sous lequel tout ce qui est donné est ajouté
help-severity = La gravité : low, medium, high, critical
help-until = À partir de quand il ne compte plus : une heure telle que 2027-01-31T00:00:00Z
help-types-add = Les types d’empreinte à calculer pour des fichiers, ou le type d’une empreinte donnée sans type

# Mistakes in the command line.
usage-options = [options]
usage-command = COMMANDE
usage-unknown-argument = argument inattendu « { $argument } »
usage-unknown-command = commande inconnue « { $argument } »
usage-missing-command = une commande est nécessaire
usage-missing-argument = arguments obligatoires absents : { $arguments }
usage-invalid-value = valeur « { $value } » incorrecte pour « { $argument } »
usage-missing-value = une valeur est nécessaire pour « { $argument } »
usage-wrong-number = nombre de valeurs incorrect pour « { $argument } »
usage-conflict = « { $argument } » ne peut pas être employé avec « { $other } »
usage-repeated = « { $argument } » ne peut pas être employé plusieurs fois
usage-not-utf8 = un argument n’est pas en UTF-8
usage-other = ligne de commande incorrecte
usage-because = { $what } : { $why }
usage-suggestion = peut-être : { $suggestions }
usage-more-help = Pour plus d’informations, essayez « --help ».
help-lists-convert = Des listes de toute sorte : texte, index, dépôts, images et vidéos, dossiers ; - est l’entrée standard
help-to-convert = Le format à écrire ; ce qui n’y a pas de place est compté et signalé
help-strict = Échouer si le format n’a pas de place pour quelque chose
help-format-hash = Lignes pour les personnes, JSON Lines, CSV, ou tel qu’un autre programme lit les listes : typed pour tx et HMA
help-format-hash-more = `text`, `jsonl` et `csv` contiennent tout ce qu’il faut à une liste de basma. `typed` et `tx-csv` sont pour tx et HMA, `photo-hasher` est ce qu’affiche pdq-photo-hasher ; `md5sum`, `sha1sum`, `sha256sum` et `hashdeep` sont tels que ces programmes les écrivent et les vérifient.
help-hash_type-convert = Le type d’empreinte des listes qui n’en nomment pas

# A report.
help-findings = Ce que `scan` ou `rematch` a écrit avec --format jsonl ; - est l’entrée standard
help-thumbnails = Montrer de petites vues des fichiers avec correspondance qui existent encore, inchangés, là où les résultats le disent ; sans cette option, aucune image n’est montrée
help-report_passwords = Essayer les mots de passe de ce fichier, un par ligne, sur les archives chiffrées dont des membres sont montrés
value-thumbnails-blurred = Si peu de pixels que les formes sont floues
value-thumbnails-grey = Petites et sans couleurs
about-completions = Écrire ce qu’il faut à un interpréteur de commandes pour compléter commandes, options et valeurs
help-shell = L’interpréteur : bash, zsh ou fish

# The service.
help-listen = Où il écoute
help-listen-more = Par défaut, cette machine seule. Le port 0 est un port libre quelconque, que le premier message nomme.
help-read_only = Ne rien changer au dépôt : une autre machine le publie, et ses fichiers sont copiés ou partagés
help-max_connections = Combien de connexions à la fois, au plus
help-clamd = Où se connectent les clients de clamd : une adresse de bouclage avec un port, ou le chemin d’une socket
help-clamd-more = Le protocole est sans authentification : aucune autre machine ne doit l’atteindre. Une correspondance est annoncée comme le virus `Basma.LIST`.
help-refuse = À partir de quelle correspondance clamd et pict-rs refusent un fichier : block, review ou log
help-refuse-more = Elle est comparée à `at_most` de la liste. Un fichier dont la correspondance est moindre passe, et sa réponse la mentionne.
help-script = Répondre par le seul code de sortie, pour un programme qui interroge sur un fichier : 0 il passe, 1 il est refusé, 3 il n’a pas été vérifié
help-script-more = Rien n’est écrit sauf les erreurs. Sans --list, les listes sont celles du dépôt de BASMA_STORE. La clé `fail` des listes décide si un fichier non vérifié passe.
help-refuse-scan = À partir de quelle correspondance un fichier est refusé : block, review ou log
help-refuse-scan-more = Elle est comparée à `at_most` de la liste. Une liste hors d’un dépôt compte comme block.
help-deadline = Combien de temps une requête peut durer, en secondes
help-max_body_bytes = Le plus grand fichier d’une requête, en octets (K, M, G : puissances de 1024)
help-findings-serve = Résultats d’une analyse pour les pages /review, tels que `basma scan --format jsonl` les écrit
help-scratch = Le dossier des fichiers temporaires : tables des contenus, et corps de requêtes trop grands pour la mémoire
help-scratch-more = Sans lui, les tables vont dans le dossier `service` du dépôt, et les corps dans le dossier temporaire du système. Une réplique n’écrit rien dans son dépôt : ses tables vont là où vont les corps.
help-media_root = Le dossier dont les pages /review peuvent montrer les images, réduites, floutées jusqu’à ce qu’une personne le demande
help-media_root-more = Un nom relatif dans les résultats part de ce dossier. Sans lui, aucune image n’est montrée.
help-review_passwords = Essayer les mots de passe de ce fichier, un par ligne, sur les archives chiffrées dont les pages /review montrent les images
help-two_person = Une liste dont seules deux personnes ensemble annulent correspondances et entrées ; « * » désigne toutes les listes
help-keys = Demander à chaque client une clé de ce fichier, que `basma key` écrit
help-keys-more = Sans cette option, le service n’écoute que cette machine, dont chaque utilisateur peut tout faire. Le fichier est relu quand il change.
help-tls_cert = Parler TLS avec ce certificat, un fichier PEM avec ceux qui en répondent ; relu quand il change
help-tls_key = La clé privée du certificat, un fichier PEM
help-client_ca = N’accepter que les clients qui ont un certificat de ces autorités, un fichier PEM
help-fetch_from = Aller chercher les URL des requêtes sur ces serveurs ; peut être répété
help-fetch_from-more = Un nom, un nom avec un port, .example.org pour tous les noms qui en dépendent, ou * pour tout serveur. Les adresses des réseaux privés sont refusées, sauf une adresse nommée ici avec son port. Sans cette option, aucune URL n’est suivie.
help-max_connections_per_address = Combien de connexions d’une même adresse à la fois, au plus [par défaut : la moitié de toutes]
help-log = La forme du journal sur l’erreur standard : text, json ou off
help-log_requests = Noter chaque requête, et non seulement ce qui échoue et ce qui est décidé
help-log_values = Laisser les URL figurer dans le journal des requêtes, et avec elles des empreintes et des noms
help-key_name = Le nom du client, que montrent les décisions et les journaux
help-keys-key = Le fichier des condensés des clés ; créé s’il n’existe pas
help-roles = Ce que la clé permet : hasher, matcher, curator, distances, admin ; peut être répété
help-roles-more = Un matcher cherche des empreintes et des fichiers. Un curator change les banques et décide. `distances` montre les distances des correspondances et les empreintes des listes, qui enseignent comment échapper. Un admin peut tout faire et lit les mesures.
help-expires-key = Quand la clé prend fin, par exemple 2027-01-31T00:00:00Z
help-rate = Combien de requêtes par seconde, au plus
