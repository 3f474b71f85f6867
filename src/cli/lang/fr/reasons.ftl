# Any file.
reason-file-empty = le fichier est vide
reason-format-unknown = n’est pas une image d’un format connu
reason-format-not-decoded = { $mime } n’est pas décodé
reason-format-not-built-in = { $mime } n’est pas décodé : programme compilé sans la fonctionnalité `{ $feature }`
reason-ffmpeg-needed = { $name } n’est pas décodé ici : ffmpeg le décode, s’il est installé
reason-unreadable = lecture impossible : « { $problem } »
reason-file-replaced = lecture impossible : ce n’est plus un fichier ordinaire
reason-file-changed = modifié pendant la lecture ; analysez-le de nouveau
reason-folder-loop = { $path } ramène à son propre contenu
reason-symbolic-link = lien symbolique, non suivi
reason-named-pipe = tube nommé, non ouvert
reason-socket = socket, non ouverte
reason-device = périphérique, non ouvert
reason-special-file = fichier spécial, non ouvert
reason-program-defect = l’examen a échoué à cause d’un défaut de ce programme : merci de le signaler
reason-cancelled = le travail a été annulé avant l’examen du fichier
reason-refused-by-system = le fichier n’a pas été examiné : refus du système pour { $path } : « { $problem } »
reason-examination-failed = le fichier n’a pas été examiné à cause d’une erreur du type « { $code } »

# Limits.
reason-limit-pixels = { $found ->
    [one] { $found } pixel
   *[other] { $found } pixels
} : la limite est de { $limit }
reason-limit-side = { $found ->
    [one] { $found } pixel
   *[other] { $found } pixels
} de côté : la limite est de { $limit }
reason-limit-decoded-bytes = { $found ->
    [one] { $found } octet décodé
   *[other] { $found } octets décodés
} : la limite est de { $limit }
reason-limit-file-bytes = fichier de { $found ->
    [one] { $found } octet
   *[other] { $found } octets
} : la limite est de { $limit }
reason-limit-decoding-time = { $found ->
    [one] { $found } milliseconde
   *[other] { $found } millisecondes
} de décodage : la limite est de { $limit }
reason-limit-converted-bytes = image convertie de { $found ->
    [one] { $found } octet
   *[other] { $found } octets
} : la limite est de { $limit }
reason-limit-boxes = { $found ->
    [one] { $found } boîte
   *[other] { $found } boîtes
} : la limite est de { $limit }
reason-limit-elements = { $found ->
    [one] { $found } élément
   *[other] { $found } éléments
} : la limite est de { $limit }
reason-limit-description-bytes = description de { $found ->
    [one] { $found } octet
   *[other] { $found } octets
} : la limite est de { $limit }
reason-limit-descriptions = { $found ->
    [one] { $found } description d’image
   *[other] { $found } descriptions d’images
} : la limite est de { $limit }
reason-limit-coded-bytes = image codée de { $found ->
    [one] { $found } octet
   *[other] { $found } octets
} : la limite est de { $limit }
reason-limit-coded-units = image codée de { $found ->
    [one] { $found } unité
   *[other] { $found } unités
} : la limite est de { $limit }
reason-limit-metadata-bytes = { $found ->
    [one] { $found } octet
   *[other] { $found } octets
} de métadonnées dans une ligne : la limite est de { $limit }
reason-limit-sources = { $found ->
    [one] { $found } source
   *[other] { $found } sources
} : la limite est de { $limit }
reason-limit-lists = { $found ->
    [one] { $found } liste
   *[other] { $found } listes
} : la limite est de { $limit }
reason-limit-lines = { $found ->
    [one] { $found } ligne
   *[other] { $found } lignes
} : la limite est de { $limit }
reason-limit-rows = { $found ->
    [one] { $found } entrée
   *[other] { $found } entrées
} d’un type d’empreinte : la limite est de { $limit }
reason-limit-hashes = { $found ->
    [one] { $found } empreinte
   *[other] { $found } empreintes
} d’un même type : la limite est de { $limit }
reason-limit-features = { $found ->
    [one] { $found } point caractéristique
   *[other] { $found } points caractéristiques
} : la limite est de { $limit }
reason-limit-withdrawals = { $found ->
    [one] { $found } retrait
   *[other] { $found } retraits
} : la limite est de { $limit }

# Pictures of any format.
reason-picture-without-pixels = l’image n’a aucun pixel
reason-picture-not-begun = le fichier s’arrête avant le début de l’image
reason-picture-cut = le fichier s’arrête avant la fin de l’image
reason-picture-too-flat = image trop uniforme pour être distinguée des autres : qualité { $quality }, il faut { $needed }
reason-frames-capped = { $frames ->
    [one] seule la première image a été examinée
   *[other] seules les { $frames } premières images ont été examinées
}
reason-picture-broken = image endommagée : « { $message } »
reason-picture-not-supported = le décodeur ne prend pas en charge cette image : « { $message } »
reason-decoder-panicked = le décodeur a abandonné : « { $message } »
reason-memory-short = mémoire insuffisante pour le décodage ; réexaminez-le quand il y en aura davantage de libre
reason-color-profile-unreadable = le profil de couleurs est illisible, et les visionneuses peuvent montrer une autre image ; regardez-la
reason-color-profile-too-large = le profil de couleurs est trop grand pour être appliqué, et les visionneuses peuvent montrer une autre image ; regardez-la
reason-color-profile-of-inks = le profil d’encres est loin de leur simple mélange, et les visionneuses peuvent montrer une autre image ; regardez-la
reason-color-profile-broken = le profil de couleurs est endommagé, et les visionneuses peuvent montrer une autre image ; regardez-la
reason-color-profile-unknown = le profil de couleurs est endommagé ou d’un type inconnu, et les visionneuses peuvent montrer une autre image ; regardez-la
reason-avif-colors-not-managed = les couleurs d’AVIF ne sont pas gérées, et les visionneuses peuvent montrer une autre image ; regardez-la

# JPEG.
reason-jpeg-lossless = JPEG à codage sans perte : non décodé
reason-jpeg-hierarchical = JPEG à codage hiérarchique : non décodé
reason-jpeg-arithmetic-coding = JPEG à codage arithmétique : non décodé
reason-jpeg-lossless-arithmetic = JPEG à codage arithmétique sans perte : non décodé
reason-jpeg-hierarchical-arithmetic = JPEG à codage arithmétique hiérarchique : non décodé
reason-jpeg-twelve-bits = JPEG à échantillons de 12 bits : non décodé
reason-jpeg-sample-bits = JPEG à échantillons d’une taille autre que 8 bits : non décodé
reason-jpeg-components = JPEG dont le nombre de couleurs n’est ni 1, ni 3, ni 4 : non décodé
reason-jpeg-fractional-sampling = JPEG à sous-échantillonnage fractionnaire : non décodé
reason-jpeg-without-picture = JPEG : le fichier s’arrête avant le début de l’image
reason-jpeg-second-picture = JPEG : une deuxième image commence à l’intérieur
reason-jpeg-second-frame-header = JPEG : un deuxième en-tête d’image est présent
reason-jpeg-without-frame-header = JPEG : l’en-tête d’image manque
reason-jpeg-frame-header-cut = JPEG : l’en-tête d’image est tronqué
reason-jpeg-frame-header-length = JPEG : la longueur de l’en-tête d’image est fausse
reason-jpeg-frame-header-broken = JPEG : l’en-tête d’image est endommagé
reason-jpeg-scan-header-broken = JPEG : un en-tête de passe est endommagé
reason-jpeg-table-missing = JPEG : une table nécessaire aux données manque
reason-jpeg-table-broken = JPEG : une table est endommagée
reason-jpeg-segment-length = JPEG : un segment n’a pas de longueur
reason-jpeg-without-pixels = JPEG : aucun pixel
reason-jpeg-data-broken = JPEG : les données sont endommagées
reason-jpeg-broken-inside = l’image est endommagée à l’intérieur
reason-jpeg-sent-twice = l’image est transmise deux fois, et seule la première a été examinée

# PNG, GIF, icons.
reason-png-without-header = PNG : l’en-tête manque
reason-png-animation-cut = PNG : le fichier s’arrête avant la fin de l’animation
reason-gif-without-frame = aucune image à l’intérieur
reason-icon-without-picture = aucune image à l’intérieur
reason-icon-picture-cut = le fichier s’arrête avant la fin d’une image

# JPEG XL, AVIF, camera raw.
reason-jxl-colors = JPEG XL ni gris ni RVB : non décodé
reason-jxl-broken = JPEG XL : « { $message } »
reason-avif-without-converter = image/avif n’est pas décodé ici : installez avifdec ou ffmpeg et indiquez-le comme convertisseur d’AVIF
reason-converter-failed = image/avif : { $program } : « { $problem } »
reason-converter-rejected = { $program } n’a rien pu en tirer : « { $status } »
reason-raw-without-preview = le format brut d’appareil photo n’est pas décodé, et aucun aperçu de même forme n’atteint { $side ->
    [one] { $side } pixel
   *[other] { $side } pixels
} de côté ; développez-le en JPEG ou TIFF

# HEIF and HEVC.
reason-hevc-not-supported = HEVC, non pris en charge : « { $message } »
reason-hevc-broken = HEVC, endommagé : « { $message } »
reason-heif-not-supported = HEIF, non pris en charge : « { $message } »
reason-heif-broken = HEIF, endommagé : « { $message } »
reason-heif-item-type = image HEIF de type { $kind } : non décodée
reason-heif-derived-twice = image HEIF dérivée d’une image dérivée : non décodée
reason-heif-sequence-alone = séquence HEIF sans image fixe : non décodée
reason-heif-grid-codec = grille de tuiles qui ne sont pas en HEVC
reason-heif-grid-turned = grille de tuiles tournées ou recadrées
reason-heif-grid-empty = HEIF : grille sans tuiles, ou de tuiles sans taille
reason-heif-grid-count = HEIF : le nombre de tuiles ne remplit pas la grille
reason-heif-grid-sizes = HEIF : grille de tuiles de tailles différentes
reason-heif-without-description = HEIF : aucune description d’image
reason-heif-data-cut = HEIF : le fichier s’arrête avant la fin des données des images
reason-heif-derived-source = HEIF : image dérivée sans source unique
reason-heif-overlay-cut = HEIF : superposition tronquée
reason-heif-without-parameters = HEIF : image codée sans ses paramètres
reason-heif-crop-fraction = HEIF : recadrage par une fraction nulle
reason-heif-crop-empty = HEIF : recadrage vide

# TIFF.
reason-tiff-compression = TIFF compressé par { $name } ({ $number }) : non décodé
reason-tiff-compression-unknown = TIFF compressé par la méthode inconnue { $number } : non décodé
reason-tiff-colors = TIFF aux couleurs de numéro { $number } : non décodé
reason-tiff-palette = TIFF à palette de plus de 256 couleurs : non décodé
reason-tiff-lab = TIFF en Lab avec de tels échantillons : non décodé
reason-tiff-logluv = TIFF aux couleurs LogLuv : non décodé
reason-tiff-sensor = TIFF avec les échantillons d’un capteur : non décodé
reason-tiff-old-jpeg = TIFF avec du JPEG disposé selon TIFF 6.0 : non décodé
reason-tiff-samples = TIFF dont un pixel a un très grand nombre d’échantillons : non décodé
reason-tiff-sample-lengths = TIFF à échantillons de longueurs différentes : non décodé
reason-tiff-signed = TIFF à échantillons signés : non décodé
reason-tiff-fractions = TIFF à échantillons fractionnaires dans ces couleurs : non décodé
reason-tiff-sample-length = TIFF à échantillons de cette longueur : non décodé
reason-tiff-fax-bits = TIFF à codage de télécopie de plus d’un bit par pixel : non décodé
reason-tiff-jpeg-bits = TIFF avec du JPEG d’une profondeur autre que 8 bits : non décodé
reason-tiff-prediction = TIFF à prédiction de tels échantillons : non décodé
reason-tiff-subsampling = TIFF à couleurs sous-échantillonnées de tels échantillons : non décodé
reason-tiff-lossless-jpeg = TIFF avec du JPEG sans perte : non décodé
reason-tiff-without-order = TIFF : l’en-tête n’indique pas l’ordre des octets
reason-tiff-page-cut = TIFF : le fichier s’arrête avant le début d’une page
reason-tiff-without-page = TIFF : aucune page à l’intérieur
reason-tiff-page-size = TIFF : page sans taille
reason-tiff-page-colors = TIFF : page avec moins d’échantillons que ses couleurs n’en demandent
reason-tiff-palette-cut = TIFF : palette avec moins de couleurs que de numéros
reason-tiff-page-subsampling = TIFF : page à sous-échantillonnage impossible
reason-tiff-tile-size = TIFF : tuiles sans taille
reason-tiff-chunk-missing = TIFF : une bande ou une tuile manque
reason-tiff-chunk-cut = TIFF : le fichier s’arrête avant la fin d’une bande ou d’une tuile
reason-tiff-chunk-empty = TIFF : une bande ou une tuile est vide
reason-tiff-chunk-broken = TIFF : une bande ou une tuile est endommagée à l’intérieur
reason-tiff-chunk-short = TIFF : une bande ou une tuile est plus courte que sa taille annoncée
reason-tiff-page-empty = TIFF : page dont rien ne peut être décodé
reason-tiff-jpeg-samples = TIFF : JPEG avec moins d’échantillons que sa page
reason-tiff-jpeg-broken = TIFF : JPEG endommagé : « { $message } »

# Clips: containers.
reason-container-not-read = { $mime } n’est pas lu ici
reason-container-cut = le fichier s’arrête avant d’indiquer ce qu’il contient
reason-clip-without-video = aucune piste vidéo à l’intérieur
reason-clip-without-pictures = le fichier s’arrête avant sa première image
reason-clip-cut = le fichier s’arrête avant la fin de la vidéo
reason-clip-picture-kind = image d’aucun type connu
reason-clip-picture-size = image d’une taille impossible en octets
reason-clip-encrypted = les images sont chiffrées
reason-clip-too-few-pictures = seules les images clés des vidéos sont décodées ici, et celles-ci sont trop peu nombreuses : ffmpeg décode les autres, s’il est installé
reason-clip-not-handed-over = { $mime } ne peut pas être transmis à son décodeur : « { $problem } »
reason-mp4-without-index = le fichier s’arrête avant son index (moov)
reason-mp4-not-a-box = ce qui suit l’index n’est pas une boîte
reason-mp4-index-compressed = l’index de la vidéo est compressé
reason-mp4-index-cut = l’index de la vidéo est incomplet
reason-mp4-box-too-small = la boîte « { $name } » est plus petite que son en-tête
reason-mp4-configuration-size = configuration de décodeur d’un mégaoctet
reason-mp4-size-bits = tailles sur { $bits ->
    [one] { $bits } bit
   *[other] { $bits } bits
}
reason-mp4-fragment-cut = la liste des images d’un fragment est incomplète
reason-mp4-fragment-empty = images sans octets
reason-matroska-not-an-element = octets qui ne forment pas un élément Matroska
reason-matroska-element-too-long = élément Matroska trop long
reason-matroska-fraction = nombre fractionnaire de { $size ->
    [one] { $size } octet
   *[other] { $size } octets
}
reason-matroska-block-too-small = bloc plus petit que ses images

# Clips: pictures.
reason-codec-not-built-in = { $codec } n’est pas décodé ici : programme compilé sans la fonctionnalité `{ $feature }` ; ffmpeg le décode, s’il est installé
reason-h264-not-chosen = H.264 n’est pas décodé ici : indiquez un processus de décodage, le décodage dans ce processus ou ffmpeg
reason-h264-depth = H.264 de plus de 8 bits n’est pas décodé ici : ffmpeg le décode, s’il est installé
reason-h264-chroma = H.264 avec plus de couleur que 4:2:0 n’est pas décodé ici : ffmpeg le décode, s’il est installé
reason-h264-fields = H.264 entrelacé n’est pas décodé ici : ffmpeg le décode, s’il est installé
reason-not-a-keyframe = image { $codec } qui dépend d’autres images
reason-configuration-broken = configuration { $codec } endommagée
reason-keyframe-broken = image clé { $codec } endommagée
reason-keyframe-cut = image { $codec } tronquée
reason-h264-parameters-broken = jeu de paramètres H.264 endommagé
reason-h264-without-parameters = image H.264 sans jeu de paramètres
reason-h264-broken = H.264, endommagé : « { $message } »
reason-h264-not-whole = H.264 : l’image est incomplète
reason-h264-half-row = H.264 : une rangée est incomplète
reason-codec-panicked = { $codec } : le décodeur a abandonné
reason-worker-not-started = H.264 : { $program } n’a pas pu être lancé : « { $problem } »
reason-worker-signal = H.264 : le décodeur s’est interrompu : signal { $signal }
reason-worker-exit = H.264 : le décodeur s’est interrompu : « { $status } »
reason-worker-answer = H.264 : le décodeur n’a pas donné de réponse valable
reason-worker-silent = H.264 : le décodeur ne répond plus
reason-sandbox-not-started = le processus qui ouvre les fichiers n’a pas pu être lancé : { $program } : « { $problem } »
reason-sandbox-needs-file = le processus qui ouvre les fichiers ne peut pas être lancé sans { $path } : « { $problem } » ; donnez /proc et /dev/null au conteneur ou au chroot
reason-sandbox-not-handed-over = le fichier n’a pas pu être transmis au processus qui l’ouvre : « { $problem } »
reason-sandbox-signal = le processus qui ouvrait le fichier s’est interrompu : signal { $signal }
reason-sandbox-exit = le processus qui ouvrait le fichier s’est interrompu : « { $status } »
reason-sandbox-answer = le processus qui ouvrait le fichier n’a pas donné de réponse valable
reason-sandbox-silent = le processus qui ouvrait le fichier ne répond plus
reason-ffmpeg-failed = { $program }, échec : « { $problem } »
reason-ffmpeg-unusable = { $program } ne peut pas servir de ffmpeg : « { $problem } »
reason-ffmpeg-without-version = { $program } ne peut pas servir de ffmpeg : il n’indique pas sa version
reason-ffmpeg-without-picture = ffmpeg n’y a trouvé aucune image
reason-ffmpeg-exit = ffmpeg s’est terminé : « { $status } »
reason-ffmpeg-message = ffmpeg signale : « { $message } »
reason-ffmpeg-output = ffmpeg a écrit ce qui n’était pas demandé
reason-frame-rate-unknown = la cadence moyenne des images est inconnue

# Pictures, clips and archives in other files.
reason-parts-too-many = contient plus de { $limit ->
    [one] { $limit } image, vidéo ou archive
   *[other] { $limit } images, vidéos et archives
} : le reste n’a pas été examiné
reason-parts-too-many-beginnings = trop de débuts d’images, de vidéos et d’archives à l’intérieur : tous n’ont pas été examinés
reason-parts-too-far-outside = plus de { $limit ->
    [one] { $limit } octet est
   *[other] { $limit } octets sont
} hors de sa structure : le reste n’a pas été examiné
reason-parts-boxes = contient plus de { $limit ->
    [one] { $limit } boîte
   *[other] { $limit } boîtes
} : le reste n’a pas été examiné
reason-parts-elements = contient plus de { $limit ->
    [one] { $limit } élément
   *[other] { $limit } éléments
} : le reste n’a pas été examiné
reason-parts-indexes = contient plus de { $limit ->
    [one] { $limit } index
   *[other] { $limit } index
} : tous n’ont pas été examinés
reason-parts-tables = ses tables sont trop grandes : tout n’a pas été examiné
reason-parts-text-too-long = un texte à l’intérieur dépasse { $limit ->
    [one] { $limit } octet
   *[other] { $limit } octets
} : le reste n’a pas été examiné
reason-parts-text-not-built-in = un texte compressé à l’intérieur n’a pas été examiné : programme compilé sans la fonctionnalité `archives`

# Archives of any kind.
reason-archive-unpacked = l’archive décompressée dépasse { $limit ->
    [one] { $limit } octet
   *[other] { $limit } octets
}
reason-archive-members = contient plus de { $limit ->
    [one] { $limit } membre
   *[other] { $limit } membres
}
reason-archive-depth = les archives sont imbriquées sur plus de { $limit ->
    [one] { $limit } niveau
   *[other] { $limit } niveaux
}
reason-carrier-depth = des images et des vidéos en contiennent d’autres sur plus de { $limit ->
    [one] { $limit } niveau
   *[other] { $limit } niveaux
}
reason-archive-window = la décompression demande une fenêtre plus grande que permis, ou plus de mémoire que disponible
reason-archive-not-built-in = l’archive n’a pas été examinée : programme compilé sans la fonctionnalité `archives`
reason-archive-header = un en-tête est endommagé : tout n’a pas été lu comme il le devrait
reason-archive-volume = c’est un volume parmi plusieurs : ce qui continue dans un autre n’a pas été examiné ; joignez-les d’abord
reason-disc-udf = l’image a aussi une arborescence UDF, qui n’est pas lue : ce qu’elle seule nomme a été cherché par signatures
reason-rar-not-opened = rar n’est pas ouvert ici : décompressez-le avec un autre programme, puis analysez le dossier
reason-rar-volume = un volume parmi plusieurs de rar, qui n’est pas ouvert ici : décompressez-les avec un autre programme, puis analysez le dossier
reason-volume-by-name = son nom est celui d’un volume parmi plusieurs : joignez-les ou décompressez-les, puis analysez le résultat
reason-member-too-large = dépasse { $limit ->
    [one] { $limit } octet
   *[other] { $limit } octets
}
reason-member-too-large-within = dépasse { $limit ->
    [one] { $limit } octet
   *[other] { $limit } octets
} avec les archives qui le contiennent
reason-member-exceeds-claim = sa décompression dépasse de loin la taille annoncée : coupé à { $limit ->
    [one] { $limit } octet
   *[other] { $limit } octets
}
reason-member-path-too-long = son chemin dépasse { $limit ->
    [one] { $limit } octet
   *[other] { $limit } octets
}
reason-member-cut = s’arrête avant la fin de son contenu
reason-member-broken = décompression impossible : « { $message } »
reason-member-trailing-data = d’autres données suivent les données compressées
reason-member-checksum = sa somme de contrôle est fausse
reason-member-size = contient { $found ->
    [one] { $found } octet
   *[other] { $found } octets
} au lieu de { $expected }
reason-member-lzma-header = l’en-tête LZMA est incorrect
reason-member-forgotten = les données gardées à son sujet ont disparu ; analysez-le de nouveau
reason-member-symbolic-link = lien symbolique : { $target }
reason-member-hard-link = lien vers un autre fichier : { $target }
reason-member-device = périphérique
reason-member-folder = dossier
reason-member-pipe = tube
reason-member-deletion = marque d’un fichier supprimé

# Mots de passe.
reason-password-none-fits = chiffré : aucun des mots de passe ne l’ouvre
reason-password-attempts = chiffré : { $tried ->
    [one] { $tried } mot de passe a été essayé
   *[other] { $tried } mots de passe ont été essayés
} sans succès, et en essayer plus prendrait trop de temps

# Zip.
reason-zip-encrypted = chiffré : non examiné
reason-zip-method = compressé par { $name }, qui n’est pas pris en charge
reason-zip-method-unknown = compressé par la méthode inconnue { $number }
reason-zip-without-directory = pas de répertoire : les membres sont trouvés par leurs propres en-têtes
reason-zip-directory-too-large = son répertoire dépasse { $limit ->
    [one] { $limit } octet
   *[other] { $limit } octets
}
reason-zip-directory-count = son répertoire ne contient pas le nombre de membres annoncé
reason-zip-member-missing = aucun membre à l’endroit indiqué par le répertoire
reason-zip-member-unlisted = contient un membre absent de son répertoire
reason-zip-member-renamed = un membre porte un autre nom que dans le répertoire
reason-zip-member-stored-otherwise = un membre et le répertoire se contredisent sur le mode de stockage
reason-zip-members-overlap = des membres se chevauchent
reason-zip-stray-bytes = { $bytes ->
    [one] { $bytes } octet n’appartient
   *[other] { $bytes } octets n’appartiennent
} à aucun membre
reason-zip-margins-too-large = trop de données hors des membres : toutes n’ont pas été examinées
reason-archive-changed = modifié pendant la lecture

# 7z.
reason-sevenzip-cut = son répertoire se trouve après sa fin : fichier tronqué, ou premier de plusieurs volumes, à réunir d’abord
reason-sevenzip-header = son répertoire est endommagé : la suite n’a été examinée que par signatures
reason-sevenzip-header-checksum = la somme de contrôle de son répertoire est fausse
reason-sevenzip-header-too-large = son répertoire dépasse { $limit ->
    [one] { $limit } octet
   *[other] { $limit } octets
}
reason-sevenzip-content-missing = l’archive n’a pas de contenu pour ce fichier
reason-sevenzip-method = compressé par { $name }, qui n’est pas pris en charge
reason-sevenzip-encrypted = chiffré : non examiné

# Tar.
reason-tar-not-a-header = un bloc n’est pas un en-tête de membre
reason-tar-header-checksum = la somme de contrôle d’un en-tête est fausse
reason-tar-announced-missing = s’arrête avant le membre annoncé
reason-tar-extended-too-long = un en-tête étendu est trop long
reason-tar-extended-broken = un en-tête étendu est endommagé
reason-tar-global-ignored = les chemins et tailles d’un en-tête global sont ignorés
reason-tar-sparse-map = la carte d’un fichier creux est endommagée : lecture sans elle
reason-tar-hard-link-with-content = se déclare lien vers un autre fichier, et a un contenu
reason-tar-symbolic-link-with-content = se déclare lien symbolique, et a un contenu
reason-tar-device-with-content = se déclare périphérique, et a un contenu
reason-tar-folder-with-content = se déclare dossier, et a un contenu
reason-tar-pipe-with-content = se déclare tube, et a un contenu
reason-tar-label-with-content = se déclare étiquette, et a un contenu

# Mail.
reason-mail-cut = un message s’arrête avant la fin de sa dernière partie
reason-mail-depth = parties et messages sont imbriqués sur plus de { $limit ->
    [one] { $limit } niveau
   *[other] { $limit } niveaux
}
reason-mail-encrypted = message chiffré : ses parties n’ont pas été examinées
reason-mail-field-too-long = un champ d’en-tête dépasse { $limit ->
    [one] { $limit } octet
   *[other] { $limit } octets
} : la suite n’a pas été lue

# PDF.
reason-pdf-encrypted = document chiffré : ses flux n’ont pas été examinés
reason-pdf-encryption-unclear = il n’est pas clair si le document est chiffré : ses flux ont été lus tels quels, ou des deux façons
reason-pdf-filter = image compressée par { $name }, qui n’est pas pris en charge
reason-pdf-colors = image en couleurs de type { $name }, qui ne sont pas lues
reason-pdf-picture-size = image sans taille, ou avec des échantillons d’une longueur impossible
reason-pdf-stream-too-large = un flux se décompresse en plus de { $limit ->
    [one] { $limit } octet
   *[other] { $limit } octets
} : le reste n’a pas été examiné
reason-pdf-objects = contient plus de { $limit ->
    [one] { $limit } objet
   *[other] { $limit } objets
} : le reste n’a pas été examiné
reason-pdf-too-much = ses objets sont trop grands, ou se recouvrent : tous n’ont pas été examinés

# Stores of thumbnails, and compound files of Microsoft.
reason-compound-broken = ses tables sont endommagées : tous ses flux n’ont pas été examinés
reason-compound-streams = contient plus de { $limit ->
    [one] { $limit } flux
   *[other] { $limit } flux
} : le reste n’a pas été examiné
reason-thumbcache-broken = une entrée ne commence pas où la précédente finit
reason-database-broken = des pages de la base de données sont abîmées, ou appartiennent à deux endroits : toutes ses lignes n’ont pas été lues comme il se doit
reason-database-elsewhere = la suite se trouve dans la base de données dont ce fichier est le journal : le reste n’a pas été examiné
reason-web-cache-broken = des enregistrements du cache ne concordent pas : la réponse peut être plus longue ou plus courte qu’elle ne l’était
reason-directory-too-large = ses tables ou l’un de ses dossiers dépassent { $limit ->
    [one] { $limit } octet
   *[other] { $limit } octets
} : tout n’a pas été examiné
reason-disk-partitions = la table des partitions est abîmée, ou des partitions se chevauchent : ce qui pouvait en être lu l’a été
reason-disk-file-system = une partition avec { $name }, qui n’est pas lu : l’extraire avec un autre programme et examiner le dossier, ou la chercher par signatures
reason-disk-file-system-unknown = une partition dont le système de fichiers n’est pas connu : la chercher par signatures
reason-disk-file-system-broken = le système de fichiers est abîmé : tout n’en a pas été lu comme il se doit
reason-disk-journal = le système de fichiers n’a pas été fermé correctement : ce qui n’est que dans son journal n’a pas été lu
reason-disk-file-encrypted = chiffré par le système de fichiers : non examiné
reason-disk-file-compressed = compressé par le système de fichiers, ce qui n’est pas pris en charge : le copier avec un autre programme et examiner la copie
reason-disk-unallocated = ce qu’aucun fichier n’utilise n’a pas été examiné, dont les fichiers supprimés : le chercher par signatures
reason-disk-unallocated-carved = ce qu’aucun fichier n’utilise n’a été cherché que par signatures : les fichiers supprimés qui ne sont pas d’un seul tenant n’ont pas été trouvés
reason-carved-only = recherché seulement par signatures : les éléments morcelés n’ont pas été trouvés
