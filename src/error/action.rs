//! What was done when the system refused it.

use super::kinds::kinds;

kinds! {
    /// What was done when the system refused it, in an [`Error::Io`](super::Error::Io).
    #[derive(Copy)]
    Action in "action" {
        Create "create" "create";
        Find "find" "find";
        FollowStore "follow-the-store" "follow the store";
        List "list" "list";
        ListFolder "list-the-folder" "list the folder";
        Listen "listen-at" "listen at";
        Lock "lock" "lock";
        MakeKey "make-a-key-for" "make a key for";
        MakeStore "make-the-store" "make the store";
        Map "map" "map";
        MapTemporary "map-a-temporary-file-in" "map a temporary file in";
        Open "open" "open";
        OpenList "open-the-list" "open the list";
        OpenStore "open-the-store" "open the store";
        Read "read" "read";
        ReadList "read-the-list" "read the list";
        Remove "remove" "remove";
        Replace "replace" "replace";
        SetAside "set-aside" "set aside";
        Sync "sync" "sync";
        SyncFolder "sync-the-folder-of" "sync the folder of";
        Write "write" "write";
        WriteTemporary "write-a-temporary-file-in" "write a temporary file in";
    }
}
