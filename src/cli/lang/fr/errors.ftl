# What the system refused.
error-io = { $path } : { $action } : { $problem }
action-create = création impossible
action-find = introuvable
action-follow-the-store = suivi du dépôt impossible
action-list = lecture du dossier impossible
action-list-the-folder = lecture du dossier impossible
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
system-other = le système signale : { $message }

# Errors of any kind.
error-cancelled = annulé avant la fin
error-busy = { $path } : le dépôt est occupé par { $holder } ; réessayez plus tard
error-hash-type-name = aucun type d’empreinte ne s’appelle « { $found } » ; types connus : { $known }
error-raw = { $path } : les octets ne sont pas ceux que le nom annonce (SHA-256) ; supprimez ce fichier, la prochaine actualisation le reprendra
error-list-line = { $place } : { $problem }
error-list-total = { $path } : { $total ->
    [one] { $total } ligne incorrecte
   *[other] { $total } lignes incorrectes
} ; rien n’a été importé
error-list-shown = { $path } : { $total } lignes incorrectes, les { $shown } premières sont affichées ; rien n’a été importé
error-problem = { $place } : { $problem }
