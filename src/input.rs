//! Files that are read as a whole.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::Path;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use secrecy::zeroize::Zeroizing;
use sesame_custody::NoFile;
use sesame_domain::plural::counted;

/// What a file says. A pipe is waited for: a password manager may stand behind
/// it, or `<(...)` in a shell; but not for ever, since no one may be there at
/// all. Anything else is refused by its name.
///
/// # Errors
/// When it cannot be read, is no file, or the pipe says nothing in this time.
pub(crate) fn read(path: &Path, patience: Duration) -> io::Result<Zeroizing<Vec<u8>>> {
    match NoFile::of(&fs::metadata(path)?) {
        None => read_all(path),
        Some(NoFile::Pipe) => within(patience, path),
        Some(what @ (NoFile::Directory | NoFile::Socket | NoFile::Device)) => Err(io::Error::new(
            ErrorKind::InvalidInput,
            format!("it is {what}, not a file"),
        )),
    }
}

fn read_all(path: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(Vec::new());
    File::open(path)?.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Opening a pipe waits for its other end, and cannot be broken off: a thread
/// waits, which ends with the process.
fn within(patience: Duration, path: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
    let (done, waited) = mpsc::channel();
    let path = path.to_owned();
    thread::spawn(move || {
        // Whoever waited may be gone.
        let _ = done.send(read_all(&path));
    });
    waited.recv_timeout(patience).unwrap_or_else(|_| {
        Err(io::Error::new(
            ErrorKind::TimedOut,
            format!(
                "it is a pipe, and nothing came out of it within {}",
                counted(patience.as_secs(), "second")
            ),
        ))
    })
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn a_pipe_that_no_one_writes_to_is_not_waited_for_for_ever() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        assert!(
            Command::new("mkfifo")
                .arg(&pipe)
                .status()
                .unwrap()
                .success()
        );
        let error = read(&pipe, Duration::ZERO).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TimedOut);
        assert!(error.to_string().contains("it is a pipe"), "{error}");
    }

    #[test]
    fn a_pipe_that_someone_writes_to_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        assert!(
            Command::new("mkfifo")
                .arg(&pipe)
                .status()
                .unwrap()
                .success()
        );
        let writer = {
            let pipe = pipe.clone();
            thread::spawn(move || fs::write(pipe, "NAME=value").unwrap())
        };
        let text = read(&pipe, Duration::from_mins(1)).unwrap();
        assert_eq!(text.as_slice(), b"NAME=value");
        writer.join().unwrap();
    }

    #[test]
    fn what_is_no_file_is_named() {
        let error = read(Path::new("/"), Duration::ZERO).unwrap_err();
        assert_eq!(error.to_string(), "it is a directory, not a file");
        let error = read(Path::new("/dev/zero"), Duration::ZERO).unwrap_err();
        assert_eq!(error.to_string(), "it is a device, not a file");
    }
}
