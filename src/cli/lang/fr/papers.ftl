# Papers of a case.
paper-title = Rapport d’un dossier
paper-check = Ce rapport ne contient que ce que disent les enregistrements signés du dossier. Toute personne qui a une copie du dossier peut vérifier qu’aucun n’a été modifié :
paper-case = Dossier
paper-name = Nom du dossier
paper-purpose = Finalité
paper-legal-basis = Base légale
paper-opened = Ouvert le
paper-two-persons = Une décision demande une seconde personne.
paper-head = Dernier enregistrement de ce rapport
paper-head-digest = SHA-256 de cet enregistrement
paper-record = Enregistrement
paper-result = Résultats selon la décision
paper-all = tous les résultats
paper-reports = Signalements reçus
paper-received = Reçu le
paper-reporter = De la part de
paper-reporter-victim = la personne concernée
paper-reporter-flagger = un signaleur de confiance
paper-reporter-citizen = un citoyen
paper-reporter-authority = une autorité
paper-channel = Canal
paper-deadline = Échéance
paper-findings = Résultats
paper-findings-none = Le dossier n’a pas de résultats. Cela ne vaut que pour ce qui a été examiné, avec les listes ci-dessous.
paper-findings-more = Résultats affichés ici : { $shown } sur { $total }. Les enregistrements du dossier les contiennent tous.
paper-finding = Résultat { $number }
paper-path = Chemin
paper-path-sealed = scellé ou effacé
paper-file = Fichier
paper-erased = Des valeurs de ce résultat ont été effacées du dossier. L’enregistrement signé montre qu’elles y étaient, mais plus lesquelles.
paper-found = Trouvé le
paper-weak = Simple indice : ce n’est pas une correspondance.
paper-suppressed = Une liste de ce qui est autorisé a écarté cette correspondance.
paper-appealed = Un recours contre ce résultat attend sa décision.
paper-match = Correspondance
paper-entry = entrée { $entry } de la liste { $list }
paper-list-only = liste { $list }
paper-decision = Décision
paper-by = { $person }, en qualité de { $role }
paper-second = Seconde personne
paper-seen = Vu
paper-seen-facts = les faits de l’enregistrement seulement
paper-seen-reduced = une image floutée ou grise
paper-seen-file = le fichier lui-même
paper-why = Motif
paper-coverage = Ce qui a été examiné
paper-coverage-none = Aucune analyse de ce dossier n’est terminée. Ce qui n’a pas été examiné ne peut pas être nommé.
paper-scan = Analyse { $number }
paper-started = Commencée le
paper-ended = Terminée le
paper-discovered = Fichiers et membres d’archives
paper-gaps = Examen incomplet, selon le code du motif
paper-lists = Listes
paper-generation = Génération
paper-list-digest = SHA-256 de la liste
paper-signed = Clé de sa signature
paper-signed-none = non signée
paper-expires = Expire le
paper-error = Erreur mesurée
paper-not-calibrated = Non étalonné sur cette population : le dossier ne contient aucune erreur mesurée de ces listes.
paper-measured = Mesurée le
paper-scans = Analyses
paper-tool = Programme
paper-binary = SHA-256 du programme
paper-sandbox = Confinement des décodeurs
paper-examiner = Par
paper-roots = Chemins
paper-options = Options
paper-keys = Clés qui signent
paper-key = Clé
paper-written = { $path } : { $count ->
    [one] { $count } résultat
   *[other] { $count } résultats
}
paper-left-decision = Absents de ce document en raison de leur décision ou de leur état : { $count }
paper-left-digest = Absents de ce document, qui demande un condensat que le dossier ne contient pas : { $count }
paper-draft = Ceci est un brouillon. Rien n’a été transmis : lisez d’abord CHECKLIST.txt dans l’archive.
paper-verify =
    Comment vérifier cet ensemble

    1. Vérifiez qu’aucun fichier n’a été modifié : `sha256sum --check SHA256SUMS`
    2. Vérifiez les enregistrements du dossier, sans réseau : `basma verify case --head { $digest } --opened-by { $key }`
    3. Comparez la clé et le condensat avec ceux que l’expéditeur vous a donnés par un autre moyen.

    Le répertoire `case` contient les enregistrements signés, les valeurs sur lesquelles ils s’engagent et les clés publiques. Les fichiers scellés ne s’ouvrent que pour les détenteurs de leurs clés. Chaque enregistrement porte le SHA-256 du précédent : un enregistrement modifié, supprimé ou ajouté rompt la chaîne.
about-export = Établir un document à partir d’un dossier : rapport, PDF, formats pour la police, les plateformes et les autorités
about-export-more = Le dossier est d’abord vérifié. Le document porte le condensat du dernier enregistrement. L’export est lui-même un enregistrement du dossier.
help-export_paper = Le document
help-export_output = Écrire ici plutôt que dans le répertoire du dossier
help-export_media = Pour bundle : ajouter les fichiers des résultats confirmés, scellés pour les destinataires du dossier
help-export_browser = Le navigateur qui imprime le PDF
help-export_category = Pour VICS : la catégorie des résultats confirmés, selon les numéros du pays destinataire
help-export_incident = Pour NCMEC : l’objet du signalement [material par défaut]
help-export_ground = Pour DSA : la catégorie des motivations
help-export_law = Pour DSA : la loi qui rend le contenu illicite
help-export_explanation = Pour DSA : pourquoi le contenu est illicite selon cette loi
help-export_disabled = Pour DSA : l’accès a été bloqué, le contenu n’a pas été retiré
value-export_paper-html = Un rapport en arabe, en français et en anglais, sur une seule page web
value-export_paper-pdf = Le même, imprimé par un navigateur de la famille Chromium
value-export_paper-bundle = Rapport, enregistrements, clés et condensats dans une archive
value-export_paper-vics = Project VIC, VICS 2.0, pour les outils de la police
value-export_paper-vics-1-3 = Project VIC, VICS 1.3, pour les outils plus anciens
value-export_paper-case-uco = CASE/UCO 1.4 en JSON-LD
value-export_paper-ncmec = Un brouillon pour la CyberTipline du NCMEC, qui n’est jamais transmis
value-export_paper-dsa = Motivations au titre du règlement sur les services numériques
value-export_paper-csv = Lignes d’un tableau
value-export_paper-xlsx = Un classeur
value-export_paper-stix = STIX 2.1 (renseignement sur les menaces)
value-export_paper-ecs = Événements selon Elastic Common Schema, un par ligne
