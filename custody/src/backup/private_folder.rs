//! Folders of this user alone.

use std::fs::DirBuilder;
use std::io;
use std::path::Path;

/// Makes a folder that no one else can look into, with those above it; one that is
/// there stays as it is.
pub(super) fn make_private(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}
