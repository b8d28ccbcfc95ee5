//! A small disk of a test's own, which can be full.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result};

use crate::server::run;

/// Waits for its input to end, which happens when the test is gone, however it
/// ends; then takes the disk away.
const GUARD: &str = r#"trap '' INT TERM HUP; read -r _; umount -l "$1"; rmdir "$1""#;

/// What takes up the room.
const FILLER: &str = "filler";

/// A small disk. It is gone with this value, or with the test.
#[derive(Debug)]
pub struct SmallDisk {
    folder: PathBuf,
    guard: Child,
}

impl SmallDisk {
    /// Mounts one, which takes root.
    ///
    /// # Errors
    /// If nothing may be mounted here.
    pub fn mount(mebibytes: u32) -> Result<Self> {
        let folder = tempfile::Builder::new()
            .prefix("sesame-disk-")
            .tempdir()?
            .keep();
        let guard = Command::new("sh")
            .args(["-c", GUARD, "guard"])
            .arg(&folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let disk = Self { folder, guard };
        let mut mount = Command::new("mount");
        mount
            .args(["-t", "tmpfs", "-o"])
            .arg(format!("size={mebibytes}m,mode=0755"))
            .arg("tmpfs")
            .arg(&disk.folder);
        run(&mut mount).context("mount a small disk")?;
        Ok(disk)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.folder
    }

    /// Takes all room that is left.
    ///
    /// # Errors
    /// If the disk is broken in another way.
    pub fn fill(&self) -> Result<()> {
        let mut filler = OpenOptions::new()
            .append(true)
            .create(true)
            .open(self.path().join(FILLER))?;
        loop {
            match filler.write_all(&[b'x'; 4096]) {
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::StorageFull => return Ok(()),
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Gives the room back.
    ///
    /// # Errors
    /// If none was taken.
    pub fn make_room(&self) -> Result<()> {
        Ok(fs::remove_file(self.path().join(FILLER))?)
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Nothing here can be reported.
        drop(self.guard.stdin.take());
        let _ = self.guard.wait();
    }
}
