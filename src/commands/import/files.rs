//! Reading files that hold secrets.

use std::fs;
use std::io::{self, Read as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::time::Duration;

use secrecy::SecretString;
use secrecy::zeroize::Zeroizing;

use sesame_custody::User;
use sesame_sessions::import_source::{NotText, text_of};

use crate::failure::Failure;
use crate::input;

/// How long a pipe may take: what decrypts into it may ask for a password.
const PIPE_WITHIN: Duration = Duration::from_mins(3);

/// The name of standard input.
const STANDARD_INPUT: &str = "-";

/// A text that holds secrets, from a file that no one else can read, or from
/// standard input. Waits in a thread of its own: a pipe may take its time, and
/// whoever asks to stop must be heard meanwhile.
pub(super) async fn read(path: &Path) -> Result<SecretString, Failure> {
    let path = path.to_owned();
    let reading = tokio::task::spawn_blocking(move || read_now(&path));
    reading
        .await
        .map_err(|error| Failure::other("the file cannot be read", error))?
}

fn read_now(path: &Path) -> Result<SecretString, Failure> {
    let mut bytes = Zeroizing::new(Vec::new());
    let from_input = path == Path::new(STANDARD_INPUT);
    if from_input {
        io::stdin()
            .lock()
            .read_to_end(&mut bytes)
            .map_err(|error| Failure::other("standard input cannot be read", error))?;
    } else {
        refuse_open(path)?;
        bytes = input::read(path, PIPE_WITHIN).map_err(|error| unread(path, error))?;
    }
    text_of(&bytes).map_err(|NotText { what, advice }| {
        let name = if from_input {
            "standard input".to_owned()
        } else {
            path.display().to_string()
        };
        Failure::Usage(format!("{name} {what}: {advice}"))
    })
}

fn refuse_open(path: &Path) -> Result<(), Failure> {
    let about = fs::metadata(path).map_err(|error| unread(path, error))?;
    if about.is_dir() {
        let path = path.display();
        return Err(Failure::Usage(format!(
            "{path} is a folder: name a file with sessions in it, one a line or as a table"
        )));
    }
    let is_open = about.mode() & 0o077 != 0;
    if !about.is_file() || !is_open {
        return Ok(());
    }
    let (owner, user) = (User::with_id(about.uid()), User::acting());
    let path = path.display();
    // Closing a file of someone else's would close it to whoever runs this.
    let way = if owner == user || user == User::ROOT {
        format!("run `chmod 600 {path}`")
    } else {
        format!("import a copy of your own: `install -m 600 {path} COPY`")
    };
    Err(Failure::Usage(format!(
        "{path} holds secrets, and others can read it: {way}"
    )))
}

fn unread(path: &Path, error: impl std::error::Error + Send + Sync + 'static) -> Failure {
    let what = format!("{} cannot be read", path.display());
    Failure::Other(anyhow::Error::new(error).context(what))
}

#[cfg(test)]
mod tests {
    use std::fs::Permissions;
    use std::os::unix::fs::PermissionsExt as _;

    use secrecy::ExposeSecret as _;

    use super::*;

    #[test]
    fn a_file_that_others_can_read_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sessions");
        std::fs::write(&path, "\u{feff}1AAA").unwrap();
        for (mode, good) in [(0o644, false), (0o640, false), (0o600, true), (0o400, true)] {
            std::fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
            let read = read_now(&path);
            assert_eq!(read.is_ok(), good, "{mode:o}");
            if let Ok(text) = read {
                assert_eq!(text.expose_secret(), "1AAA");
            }
        }
    }
}
