# What the system refused.
error-io = { $path } : { $action } : { $problem }
action-create = création impossible
action-find = introuvable
action-follow-the-store = suivi du dépôt impossible
action-list = lecture du dossier impossible
action-list-the-folder = lecture du dossier impossible
action-listen-at = écoute impossible
action-lock = verrouillage impossible
action-make-a-key-for = création de la clé impossible
action-make-the-store = création du dépôt impossible
action-map = projection en mémoire impossible
action-map-a-temporary-file-in = projection en mémoire d’un fichier temporaire impossible
action-open = ouverture impossible
action-open-the-list = ouverture de la liste impossible
action-open-the-store = ouverture du dépôt impossible
action-read = lecture impossible
action-read-the-list = lecture de la liste impossible
action-remove = suppression impossible
action-replace = remplacement impossible
action-set-aside = mise de côté impossible
action-sync = écriture sur le disque impossible
action-sync-the-folder-of = écriture du dossier sur le disque impossible
action-write = écriture impossible
action-write-a-temporary-file-in = écriture d’un fichier temporaire impossible
system-not-found = fichier ou dossier introuvable
system-permission-denied = permission refusée
system-already-exists = existe déjà
system-is-a-directory = est un dossier
system-not-a-directory = n’est pas un dossier
system-storage-full = plus de place sur le disque
system-quota-exceeded = quota dépassé
system-read-only = système de fichiers en lecture seule
system-out-of-memory = mémoire insuffisante
system-too-many-open = trop de fichiers ouverts
system-file-too-large = fichier trop grand
system-invalid-name = nom de fichier invalide ou trop long
system-loop = trop de liens symboliques
system-busy = ressource occupée
system-timed-out = délai dépassé
system-interrupted = interrompu
system-unexpected-end = fin de fichier inattendue
system-input-output = erreur d’entrée-sortie du périphérique
system-unsupported = opération non prise en charge
system-connection = connexion impossible ou interrompue
system-other = le système signale : « { $message } »

# Errors of any kind.
error-cancelled = annulé avant la fin
error-busy = { $path } : le dépôt est verrouillé par { $holder } ; réessayez quand il sera libre
error-hash-type-name = aucun type d’empreinte ne s’appelle « { $found } » ; types connus : { $known }
error-raw = { $path } : les octets ne sont pas ceux que le nom annonce (SHA-256) ; supprimez ce fichier, la prochaine actualisation le reprendra
error-list-total = { $path } : { $total ->
    [one] { $total } ligne incorrecte
   *[other] { $total } lignes incorrectes
} ; rien n’a été importé
error-list-shown = { $path } : { $total } lignes incorrectes, les { $shown } premières sont affichées ; rien n’a été importé
error-at = { $place } : { $error }
error-hash-text = pas une empreinte de type { $type } : { $problem }
error-list = { $lines }
error-pixel-count = { $found ->
    [one] { $found } octet ne forme pas
   *[other] { $found } octets ne forment pas
} une image de { $width } x { $height } pixels ; donnez-en { $expected }, rangée par rangée sans remplissage

# Lines of lists.
line-E001 = le fichier n’est pas du texte : image, index, archive ou UTF-16 ; convertissez la liste en UTF-8
line-E002 = retour chariot sans saut de ligne ; convertissez les fins de ligne en LF ou CRLF
line-E003 = ligne trop longue : est-ce une liste ?
line-E004 = la ligne n’est pas en UTF-8 ; convertissez la liste en UTF-8
line-E005 = le fichier est vide, comme après un téléchargement manqué ; une liste vide à dessein le dit dans un commentaire
line-E006 = aucun format de liste connu
line-E007 = format connu, mais qui n’est pas lu ici
line-E008 = les données compressées sont abîmées, coupées ou trop grandes une fois décompressées ; récupérez-les de nouveau
line-E010 = type d’empreinte inconnu, absent ou non pris en charge ; retirez la ligne ou employez --skip-unsupported
line-E011 = l’empreinte n’a pas la longueur de son type
line-E012 = l’empreinte n’est pas en hexadécimal
line-E013 = du texte suit l’empreinte, par exemple l’entrée suivante
line-E014 = la longueur de l’empreinte ne suffit pas à dire son type ; nommez-le par --type
line-E015 = empreintes de longueurs différentes dans une liste sans types ; nommez le type sur chaque ligne
line-E020 = tableau sans en-tête, lignes avant l’en-tête, ou second en-tête d’autres colonnes (`basma convert FIRST SECOND --to csv` réunit deux tableaux)
line-E021 = aucune colonne du tableau ne contient d’empreintes
line-E022 = deux colonnes ont le même sens ; retirez-en une
line-E023 = la ligne n’a pas le bon nombre de champs
line-E024 = guillemet mal placé
line-E025 = un champ a une valeur impossible
line-E026 = ligne sans empreinte
line-E030 = une qualité est un nombre entier de 0 à 100
line-E031 = il manque une virgule dans une ligne de pdq-photo-hasher
line-E040 = en-tête hashdeep incorrect
line-E041 = une ligne de sommes de contrôle a une forme incorrecte
line-E050 = vidéo sans images : son empreinte a-t-elle été calculée ?
line-E051 = numéro, qualité ou horodatage d’image hors limites ou dans le désordre
line-E052 = un horodatage n’est pas un nombre
line-E053 = une image a une autre disposition que les précédentes : deux fichiers joints ?
line-E054 = aucune image de la vidéo n’a une qualité suffisante
line-E060 = objet JSON Lines incorrect
line-E061 = la liste ne s’accorde pas avec son manifeste : coupée ou modifiée ; récupérez-la de nouveau
line-E062 = une liste snapshot contient une opération réservée à une liste delta
line-E070 = document d’un autre modèle que ceux qui sont lus ici
line-E071 = le document ou la page est coupé ou abîmé ; récupérez-le de nouveau
line-E072 = document de Project VIC sans profil ; nommez-le par --vics-profile
line-E073 = la base de la NSRL est coupée ou abîmée ; récupérez-la de nouveau
line-E080 = l’empreinte ne représente rien, comme celle du fichier vide ; retirez-la de la liste
line-E081 = la plupart des empreintes PDQ de la liste n’en sont pas ; --allow-unusual-pdq les importe telles quelles
line-W005 = la liste ne contient aucune entrée
line-W020 = un commentaire ressemble à une entrée ; retirez le # si c’en est une
line-W030 = une empreinte perceptuelle de qualité insuffisante est laissée de côté
line-W040 = une colonne d’empreintes n’est pas lue
line-W041 = une ligne se termine par un séparateur de plus que l’en-tête
line-W061 = la dernière ligne n’a pas de fin, et aucun manifeste ne compte les lignes : la liste a-t-elle été coupée ?
line-W081 = une empreinte PDQ a un nombre de bits à un que PDQ ne produit pas
line-W082 = les condensats SHA-256 de la liste ressemblent à des empreintes PDQ : le type est-il juste ?
line-W090 = la liste se contredit sur une empreinte ; corrigez l’une des lignes ou fusionnez-les
list-conflict = { $second } : W090 la liste « { $list } » se contredit sur { $hash }, aussi en { $first }
list-shared-id = { $second } : W091 l’identifiant « { $id } » de la liste « { $list } » a une autre empreinte { $type } qu’en { $first }

# Formats of lists.
list-format-typed = lignes avec type
list-format-bare = empreintes seules
list-format-bars = csv à barres verticales
list-format-semicolons = csv à points-virgules
list-format-media = images et vidéos
list-format-ncmec = pages de ncmec
list-format-stopncii = pages de stopncii
list-format-tat = pages de tat
list-format-threatexchange = pages de threatexchange
list-format-checksums = sommes de contrôle
