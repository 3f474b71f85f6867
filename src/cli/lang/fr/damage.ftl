# Indexes: header and section table.
damage-header-changed = l’en-tête ou la table des sections a changé
damage-version-zero = la version 0 d’index n’existe pas
damage-bytes-follow = { $extra ->
    [one] { $extra } octet suit
   *[other] { $extra } octets suivent
} les { $bytes } de l’index
damage-sections-too-many = { $sections ->
    [one] { $sections } section
   *[other] { $sections } sections
} : plus que le fichier ne peut en contenir
damage-body-outside = le corps se termine hors du fichier
damage-digests-unfit = les condensats ne remplissent pas la fin du fichier
damage-section-missing = la section { $section } manque
damage-mih-too-early = la version 1 n’a pas de hachage à plusieurs index
damage-details-too-early = les versions avant 3 n’ont pas de détails d’images
damage-section-role = le rôle de la section { $ordinal } est inconnu
damage-section-type-unknown = le type de la section { $ordinal } est inconnu
damage-section-type-wrong = la section { $ordinal } n’est pas du bon type d’empreinte
damage-section-reserved = la section { $ordinal } a des octets réservés non nuls
damage-section-order = la section { $ordinal } n’est pas à sa place dans l’ordre
damage-section-place = la section { $ordinal } ne suit pas la précédente dans le corps
damage-section-count = le compte de la section { $ordinal } ne s’accorde pas avec sa longueur
damage-section-trailing = des octets suivent la dernière section
damage-table-missing = { $hash_type } : des empreintes, des débuts d’entrées ou des entrées manquent
damage-table-disagrees = { $hash_type } : empreintes, débuts d’entrées et entrées ne s’accordent pas
damage-tree-impossible = { $hash_type } : l’arbre BK ne peut pas être celui de ces empreintes
damage-mih-impossible = { $hash_type } : le hachage à plusieurs index ne peut pas être celui de ces empreintes
damage-details-impossible = { $hash_type } : les détails d’images ne peuvent pas être ceux de ces entrées

# Indexes: bytes and elements.
damage-bytes-changed = les octets { $start } à { $end } ont changé depuis leur écriture
damage-bytes-outside = les octets { $start } à { $end } sont hors du corps
damage-section-range = section de { $bytes ->
    [one] { $bytes } octet
   *[other] { $bytes } octets
}, sans octets de { $start } à { $end }
damage-elements = { $section } contient { $count ->
    [one] { $count } élément
   *[other] { $count } éléments
}, et { $start } à { $end } ont été demandés
damage-padding = les octets avant { $section } ne sont pas nuls

# Indexes: hashes, rows and records.
damage-hash-order = l’empreinte { $ordinal } de type { $hash_type } n’est pas à sa place dans l’ordre
damage-hash-without-rows = l’empreinte { $ordinal } de type { $hash_type } n’a pas d’entrée parmi les { $rows }
damage-hash-not-found = { $hash } n’est pas trouvé par la recherche { $structure }
damage-rows-too-large = les entrées de { $hash } demandent plus de 1 Gio
damage-row-without-hash = l’entrée { $ordinal } de type { $hash_type } n’a pas d’empreinte
damage-row-without-list = l’entrée { $ordinal } de type { $hash_type } n’a pas de liste
damage-row-without-source = l’entrée { $ordinal } de type { $hash_type } n’a pas de source
damage-row-without-metadata = l’entrée { $ordinal } de type { $hash_type } n’a pas de métadonnées
damage-source-missing = la source { $source } manque
damage-record-unreadable = aucun enregistrement lisible à la position { $offset }
damage-record-count = { $found ->
    [one] { $found } enregistrement
   *[other] { $found } enregistrements
} au lieu de { $expected }

# Indexes: BK-trees.
damage-tree-children = arbre BK de { $hash_type } : des enfants ne sont pas dans l’ordre
damage-tree-distances = arbre BK de { $hash_type } : une empreinte est hors des distances de son nœud
damage-tree-repeats = arbre BK de { $hash_type } : une empreinte est répétée
damage-tree-strays = arbre BK de { $hash_type } : des empreintes n’appartiennent à aucun nœud
damage-tree-node = arbre BK de { $hash_type } : un nœud dépasse son parent
damage-tree-root = arbre BK de { $hash_type } : le premier nœud n’est pas la racine
damage-tree-depth = arbre BK de { $hash_type } : trop profond

# Indexes: multi-index hashing.
damage-mih-bucket = mih, tranche { $chunk } : le casier { $bucket } va de { $start } à { $end } sur { $postings ->
    [one] { $postings } renvoi
   *[other] { $postings } renvois
}
damage-mih-buckets = mih, tranche { $chunk } : des casiers ne sont pas dans l’ordre
damage-mih-posting-order = mih, tranche { $chunk } : des renvois ne sont pas dans l’ordre
damage-mih-postings = mih, tranche { $chunk } : les renvois ne sont pas ceux des empreintes
damage-mih-padding = mih, tranche { $chunk } : les octets entre ses parties ne sont pas nuls
damage-mih-hash = mih : il n’y a pas d’empreinte { $ordinal } sur { $count }

# Details of pictures.
damage-details-picture = détails : l’image { $ordinal } n’est d’aucune entrée ou n’a pas de points caractéristiques à elle
damage-details-order = détails : des casiers ou des renvois ne sont pas ceux des points caractéristiques

# The audit of a store.
audit-end-not-a-record = la fin contient une ligne qui n’est pas un enregistrement
audit-end-without-number = la fin n’a pas de numéro
audit-line-too-long = ligne { $line } : trop longue
audit-not-a-record = ligne { $line } : n’est pas un enregistrement
audit-chain = ligne { $line } : ne suit pas la ligne précédente : un enregistrement a été modifié, retiré ou inséré
audit-order = ligne { $line } : n’est pas à sa place dans l’ordre
audit-record-missing = la génération { $generation } a été construite après l’enregistrement { $record }, qui manque : des enregistrements ont été retirés

# The decisions of a store.
decisions-cut = coupé : de { $from } à { $to }, en octets
decisions-too-large = contient { $bytes ->
    [one] { $bytes } octet
   *[other] { $bytes } octets
} : la limite est de { $limit }
decisions-not-a-decision = la ligne { $line } n’est pas une décision
decisions-chain = la ligne { $line } ne suit pas la précédente, ou a été modifiée
decisions-unknown = la ligne { $line } n’est pas une décision connue ici
decisions-newer = la ligne { $line } est d’une version plus récente
