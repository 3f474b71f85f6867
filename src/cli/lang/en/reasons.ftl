# English reasons stand in the library. Here are those that have a plural.

# Pictures of any format.
reason-frames-capped = { $frames ->
    [one] only the first frame was examined
   *[other] only the first { $frames } frames were examined
}

# Archives of any kind.
reason-member-size = { $found ->
    [one] it has { $found } byte and not { $expected }
   *[other] it has { $found } bytes and not { $expected }
}

# Zip.
reason-zip-stray-bytes = { $bytes ->
    [one] { $bytes } byte belongs
   *[other] { $bytes } bytes belong
} to no member
