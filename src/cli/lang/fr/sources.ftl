# Fetching lists.
fetch-not-a-file = n’est pas un fichier
fetch-changing = change pendant la lecture ; faites-le écrire sous un autre nom puis renommer
fetch-written = est ouvert en écriture ; faites-le écrire sous un autre nom puis renommer, ou fermer
fetch-checksum = n’est pas ce qu’annonce « { $by } » : { $method } { $found } au lieu de { $said } ; remplacez les deux fichiers
fetch-no-checksum = ne contient aucune somme de contrôle qui soit clairement celle de « { $list } » ; mettez-en une juste, ou retirez ce fichier
fetch-too-large = dépasse { $limit ->
    [one] { $limit } octet
   *[other] { $limit } octets
} ; augmentez size_max si une liste peut être si grande
fetch-no-signature = aucune signature à { $location } ; demandez-la à l’éditeur
fetch-empty = ne contient aucune liste, ou seulement des fichiers encore en écriture ou qui accompagnent des listes ; mettez-en une
fetch-link = « { $name } » est un lien qui sort du dossier ou ne mène à rien ; mettez le fichier lui-même
fetch-altered = « { $name } » a été appliqué et a maintenant un autre contenu ; mettez le nouveau contenu sous un nouveau nom
fetch-late = « { $name } » précède « { $last } », déjà appliqué ; donnez-lui un nom qui suit, ou retirez-le
fetch-back = « { $last } », appliqué en dernier, a disparu, et « { $name } » est plus ancien ; mettez la liste la plus récente
fetch-crowded = contient plus de { $limit ->
    [one] { $limit } fichier
   *[other] { $limit } fichiers
} ; déplacez les anciens
fetch-url = { $fault }
fetch-insecure = n’est pas chiffré ; employez https, ou insecure_http si le réseau est sûr
fetch-proxy = proxy n’est pas une URL ; la forme est http://HOST:PORT, sans nom ni mot de passe
fetch-secret = { $problem }
fetch-authority = autorité de certification (ca) { $path } : { $fault }
fetch-connection = pas de connexion : { $fault }
fetch-tls = le serveur n’est pas de confiance : « { $message } » ; une autorité privée se nomme par ca
fetch-timeout = délai dépassé : { $what }, { $seconds } s au plus ({ $setting })
fetch-protocol = la réponse n’est pas du HTTP correct : { $fault }
fetch-status = le serveur répond { $status } : { $meaning }
fetch-later = le serveur répond { $status } et demande d’attendre { $seconds ->
    [one] { $seconds } seconde
   *[other] { $seconds } secondes
} ; relancez le travail à ce moment
fetch-redirect = redirigé vers { $to }, { $why } ; si c’est correct, indiquez cette adresse comme url
fetch-redirects = redirigé plus de { $limit } fois
fetch-length = la longueur de la réponse n’est pas claire : { $fault }
fetch-encoding = la réponse est encodée ({ $encoding }), ce qui n’était pas demandé
fetch-range = une autre partie que celle demandée a été envoyée : { $fault }
fetch-cut = coupé après { $found ->
    [one] { $found } octet
   *[other] { $found } octets
}
fetch-surplus = la réponse est plus longue que { $announced ->
    [one] l’octet annoncé
   *[other] les { $announced } octets annoncés
}

fetch-page = la page { $page } ne peut pas être lue : { $fault }
fetch-sign-in = on s’y connecte par nom et mot de passe ; configurez `auth = {"{"} basic = ... {"}"}`
fetch-incomplete = signaux comptés par le HMA : { $counted } ; trouvés : { $found } ; numéros de suite sans contenu : { $gap } ; augmentez `gap_max`, ou relancez la tâche quand personne ne modifie ses banques
fetch-bank-unknown = n’a pas de banque « { $bank } » ; corrigez `banks`
fetch-token-missing = la réponse à la connexion ne contient aucun jeton ; prévenez le fournisseur

# Pages of interfaces.
page-fault-cut = elle finit au milieu ; relancez la tâche, et prévenez le fournisseur si cela persiste
page-fault-broken = elle est incorrecte ; relancez la tâche, et prévenez le fournisseur si cela persiste
page-fault-loop = elle renvoie à elle-même ; prévenez le fournisseur
page-fault-link = elle renvoie à un autre serveur ou à une autre période ; prévenez le fournisseur

# The configuration of a source.
url-not-a-url = n’est pas une URL ; la forme est https://HOST/PATH, et tout caractère hors ASCII s’écrit %XX
url-credentials = contient un nom ou un mot de passe ; configurez-les sous auth
url-scheme = n’est ni en http ni en https ; pour cette machine, indiquez un fichier ou un dossier
url-target = mène à une URL incorrecte
authority-unreadable = « { $message } »
authority-too-long = est trop long pour des certificats
authority-not-pem = n’est pas au format PEM
authority-empty = ne contient aucun certificat au format PEM

# Answers of servers.
connection-host-unknown = l’hôte est inconnu
connection-proxy = le proxy n’en établit aucune
connection-failed = « { $message } »
awaited-connection = connexion
awaited-byte = attente de l’octet suivant
awaited-all = transfert entier
protocol-head = son en-tête est trop long
protocol-part-without-end = une partie n’a pas de fin
protocol-request = une telle requête est impossible
protocol-answer = « { $message } »
status-meaning-denied = accès refusé ; vérifiez auth
status-meaning-absent = rien à cette adresse ; vérifiez url
status-meaning-not-now = pas maintenant ; réessayez plus tard
status-meaning-out-of-order = il est hors service ; réessayez plus tard
status-meaning-unchanged = inchangé, ce qui n’était pas demandé
status-meaning-elsewhere = la liste est ailleurs, sans adresse indiquée
status-meaning-no-list = ce n’est pas une liste
redirect-not-a-url = qui n’est pas une URL
redirect-unencrypted = où rien n’est chiffré
redirect-other-server = qui est un autre serveur
redirect-url = qui { $fault }
length-not-a-number = Content-Length n’est pas un nombre
length-old-chunks = morceaux en HTTP/1.0
length-missing = ni Content-Length ni morceaux
length-transfer = Transfer-Encoding n’annonce pas seulement des morceaux
length-twice = Content-Length est présent deux fois
length-both = Content-Length et Transfer-Encoding
range-other-version = d’une autre version, ou d’une version non indiquée
range-unclear = Content-Range n’est pas clair
range-place = son début ou sa fin n’est pas au bon endroit
range-length = Content-Length n’est pas celui de la partie
range-not-asked = aucune n’était demandée
range-no-more = il n’y a rien de plus, et ce n’est pas ce qui a été récupéré

# Secrets of sources.
secret-not-set = la variable d’environnement { $name } doit contenir le secret, et n’est pas définie
secret-not-set-unnamed = la variable d’environnement indiquée par `env` doit contenir le secret, et n’est pas définie
secret-unreadable = le secret ne peut pas être lu : « { $message } »
secret-path-not-whole = le secret ne peut pas être lu : indiquez dans `file` le chemin complet d’un fichier existant
secret-public = { $path } peut être lu par d’autres que son propriétaire ; retirez ce droit (chmod 600)
secret-unusable = le secret est vide, trop long, ou contient des caractères interdits dans un en-tête
secret-header = « { $name } » n’est pas un en-tête pour un secret
secret-header-invalid = `name` n’est pas un en-tête

# Signatures of lists.
signature-key = la clé { $number } n’est pas une clé publique de minisign : 56 caractères qui commencent par RW
signature-no-key = aucune clé n’est configurée, donc aucune signature ne peut être juste ; indiquez la clé publique de l’éditeur
signature-garbage = la signature n’est pas au format de minisign ; demandez le fichier .minisig à l’éditeur
signature-legacy = signature d’ancien type ; faites signer par minisign 0.10 ou plus récent, ou avec -H
signature-other-key = signé par la clé { $key }, qui n’est pas de confiance ; ajoutez-la si l’éditeur a une nouvelle clé
signature-mismatch = la signature n’est pas celle de ces octets ; ne les utilisez pas, récupérez de nouveau les deux
signature-missing = le commentaire signé n’a pas de champ { $field } ; faites signer sans commentaire propre (-t)
signature-unclear = le commentaire signé n’a pas un seul champ { $field } correct ; faites signer sans commentaire propre (-t)
signature-other-file = signé sous le nom « { $found } » et non « { $expected } » : une autre liste du même éditeur ?
signature-rollback = signé le { $found }, avant la dernière liste acceptée, du { $last } : une ancienne liste est proposée de nouveau
signature-frozen = signature trop ancienne (âge : { $age }, maximum : { $age_max }) ; demandez à l’éditeur pourquoi il n’y a rien de plus récent
signature-future = signature datée de { $ahead } dans l’avenir ; vérifiez l’horloge de cette machine

# What guards find.
guard-violation = { $guard } : { $finding }
guard-gone = entrées qui disparaîtraient ou ne compteraient plus : { $part } sur { $before } ({ $percent } %), { $most } % au plus sont permis
guard-gone-since = entrées qui disparaîtraient ou ne compteraient plus : { $part } sur { $before } ({ $percent } %, avec ce qui a changé depuis le { $since }), { $most } % au plus sont permis
guard-gone-types = toutes les entrées de { $types } disparaîtraient ou ne compteraient plus
guard-come = entrées qui seraient ajoutées : { $part } pour { $before } ({ $percent } %), { $most } % au plus sont permis
guard-come-since = entrées qui seraient ajoutées : { $part } pour { $before } ({ $percent } %, avec ce qui a changé depuis le { $since }), { $most } % au plus sont permis
guard-becomes-local = la liste devient locale : { $entries ->
    [one] sa seule entrée disparaîtrait
   *[other] ses { $entries } entrées disparaîtraient
}
guard-dropped = sources.toml ne lui nomme plus de source ; toutes ses entrées disparaîtraient
guard-malformed = enregistrements malformés : { $rejected } sur { $records }, { $most } % au plus sont permis
guard-malformed-first = enregistrements malformés : { $rejected } sur { $records }, { $most } % au plus sont permis ; le premier : ligne { $line } : { $code } { $problem }
guard-degenerate = { $count ->
    [one] { $count } empreinte représente une image uniforme
   *[other] { $count } empreintes représentent des images uniformes
} ; la première : { $first }
guard-canary = { $count ->
    [one] { $count } entrée correspond
   *[other] { $count } entrées correspondent
} à des images inoffensives du jeu canary : { $named }
guard-no-entry = la liste ne contient aucune entrée
guard-no-entry-counts = { $entries ->
    [one] sa seule entrée ne compte pas : elle a expiré, ou se déclare
   *[other] aucune de ses { $entries } entrées ne compte : elles ont expiré, ou se déclarent
} hors du sujet de la liste
guard-version-back = version { $version }, alors que la version { $known } est en vigueur
guard-version-again = de nouveau la version { $version }, avec un autre contenu
guard-version-missing = aucune version indiquée, alors que la version { $known } est en vigueur
guard-gap = modifie la version { $previous }, alors que la version { $known } est en vigueur : un fichier intermédiaire manque
guard-gap-from-none = modifie la version { $previous }, alors qu’aucune version n’est en vigueur : un fichier intermédiaire manque
guard-other-kind = son manifeste indique { $found }, alors que la source est déclarée { $declared }
guard-other-list = son manifeste indique la liste « { $found } », et indiquait « { $known } » avant
guard-rolled-back = { $name } ({ $digest }) a été abandonné par un retour en arrière
guard-signature = { $error }
guard-older = date du { $found }, alors que la version en vigueur est du { $known }
guard-ahead = date du { $as_of }, qui est dans l’avenir
guard-too-old = date du { $as_of } (âge : { $age }, maximum : { $most }) : demandez au fournisseur pourquoi il n’y a rien de plus récent
guard-clock = l’horloge indique ici le { $here }, et ce dépôt a été actualisé le { $known } : réglez l’horloge
guard-in-force-damaged = { $error }

# What looks wrong in a source.
source-no-list-by-name = { $folder } : { $files ->
    [one] { $files } fichier présent, qui n’est pas une liste
   *[other] { $files } fichiers présents, dont aucun n’est une liste
} d’après son nom
source-still-written = { $folder } : « { $name } » n’est pas pris : d’après son nom, il est encore en écriture ; renommez-le une fois complet
source-orphan = { $folder } : « { $name } » n’est pas pris : d’après son nom, il contient des sommes de contrôle, et leur liste est absente ; donnez un autre nom à une liste
source-seems-newer = { $folder } : « { $other } » semble plus récent que « { $taken } », et n’est pas pris : les fichiers suivent l’ordre des octets de leurs noms ; numérotez-les avec des zéros en tête
source-applied-before = { $folder } : « { $before } » est appliqué avant « { $name } » : les fichiers suivent l’ordre des octets de leurs noms ; numérotez-les avec des zéros en tête
source-checksum-method = « { $name } » n’est pas vérifié : sa méthode est inconnue ici
source-page-owed = la page de { $from } à { $to } ne peut pas être lue ; ses entrées manquent, et chaque mise à jour la redemande : prévenez le fournisseur
source-pages-end = la page { $page } ne peut pas être lue, et les suivantes ne sont pas atteintes ; ce qui la précède compte : prévenez le fournisseur
source-pages-anew = le lien vers la page suivante ne fonctionne plus ; sa période a été reprise au début
source-more = et { $count ->
    [one] { $count } autre
   *[other] { $count } autres
}

# Who holds a lock.
holder-known = { $action } ({ $by }, processus { $process }, depuis le { $since })
holder-unknown = un autre processus

# Why a service did not check a hash.
unchecked-hash-type = le service n’accepte pas d’empreintes du type { $name }
unchecked-failed = { $problem }
unchecked-paused = non demandé, car le service a échoué auparavant ou demande une pause ; redemandez plus tard
unchecked-silent = la réponse ne la nomme pas ; demandez à l’exploitant du service
unchecked-unclear = la réponse n’est pas comprise ; demandez à l’exploitant du service
