//! Whose files go, and where lines go that do not get into theirs.

use chrono::{TimeDelta, TimeZone, Utc};
use rstest::rstest;
use sesame_domain::time::ManualClock;

use super::*;

#[derive(Clone, Default)]
struct Screen(Arc<Mutex<Vec<u8>>>);

impl Screen {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Screen {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

struct Place {
    folder: tempfile::TempDir,
    clock: Arc<ManualClock>,
    screen: Screen,
}

impl Place {
    fn new() -> Self {
        let noon = Utc.with_ymd_and_hms(2026, 11, 28, 12, 0, 0).unwrap();
        Self {
            folder: tempfile::tempdir().unwrap(),
            clock: Arc::new(ManualClock::new(noon)),
            screen: Screen::default(),
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn put(&self, names: &[&str]) {
        for name in names {
            fs::write(self.path(name), "there\n").unwrap();
        }
    }

    fn log(&self, days: usize) -> LogFiles {
        let keep = Keep {
            days,
            file_bytes: 1_000,
            total_bytes: 10_000,
        };
        self.keeping(keep)
    }

    fn keeping(&self, keep: Keep) -> LogFiles {
        let clock: Arc<dyn Clock> = self.clock.clone();
        let instead = Box::new(self.screen.clone());
        LogFiles::begin(&self.path("log"), keep, clock, instead)
    }

    fn today(&self) -> PathBuf {
        self.part(1)
    }

    fn part(&self, part: u32) -> PathBuf {
        let day = self.clock.now().date_naive();
        self.path("log").join(Name { day, part }.to_string())
    }

    /// The names of all that is in the folder, sorted.
    fn names(&self) -> Vec<String> {
        let files = fs::read_dir(self.path("log")).unwrap();
        let names = files.map(|it| it.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<_> = names.collect();
        names.sort();
        names
    }

    fn written(&self) -> String {
        fs::read_to_string(self.today()).unwrap()
    }
}

#[test]
fn only_what_sesame_wrote_is_removed() {
    let place = Place::new();
    fs::create_dir(place.path("log")).unwrap();
    let others = [
        "log/sesame-nginx.access.log",
        "log/sesamebackup.log",
        "log/sesame.log",
        "log/sesame..log",
        "log/sesame.2026-1-2.log",
        "log/sesame.2026-13-01.log",
        "log/sesame.2026-01-01.log.gz",
        "log/sesame.2026-01-01.notes.log",
        "log/Sesame.2026-01-01.log",
        "log/sesame.2026-01-01.0x2.log",
        "log/sesame.2026-01-01.02.log",
        "log/sesame.2026-01-01.1.log",
        "log/sesame.2026-01-01.2.3.log",
    ];
    let ours = [
        "log/sesame.2026-11-20.log",
        "log/sesame.2026-11-25.log",
        "log/sesame.2026-11-26.log",
    ];
    place.put(&others);
    place.put(&ours);
    fs::create_dir(place.path("log/sesame.2026-11-01.log")).unwrap();
    std::os::unix::fs::symlink("elsewhere", place.path("log/sesame.2026-11-02.log")).unwrap();

    let mut log = place.log(2);
    log.write_all(b"one\n").unwrap();

    for name in others {
        assert!(place.path(name).exists(), "{name}");
    }
    let left = ours.map(|name| place.path(name).exists());
    assert_eq!(left, [false, false, true]);
    assert!(place.path("log/sesame.2026-11-01.log").is_dir());
    assert!(place.path("log/sesame.2026-11-02.log").is_symlink());
    assert_eq!(place.written(), "one\n");
}

#[test]
fn a_file_from_a_clock_that_was_ahead_does_not_push_todays_out() {
    let place = Place::new();
    fs::create_dir(place.path("log")).unwrap();
    place.put(&["log/sesame.2027-11-28.log"]);
    place.log(1).write_all(b"one\n").unwrap();
    assert_eq!(place.written(), "one\n");
}

#[test]
fn each_day_has_its_file() {
    let place = Place::new();
    let mut log = place.log(2);
    log.write_all(b"one\n").unwrap();
    let first = place.today();
    place.clock.advance(TimeDelta::days(1));
    log.write_all(b"two\n").unwrap();
    assert_eq!(place.written(), "two\n");
    assert!(first.exists());
    place.clock.advance(TimeDelta::days(1));
    log.write_all(b"three\n").unwrap();
    assert!(!first.exists());
}

#[test]
fn a_file_that_is_full_is_followed_by_another() {
    let place = Place::new();
    let keep = Keep {
        days: 2,
        file_bytes: 8,
        total_bytes: 1_000,
    };
    let mut log = place.keeping(keep);
    for line in ["one\n", "two\n", "three\n"] {
        log.write_all(line.as_bytes()).unwrap();
    }
    assert_eq!(place.written(), "one\ntwo\n");
    assert_eq!(fs::read_to_string(place.part(2)).unwrap(), "three\n");
    // A start goes on where the one before ended.
    place.keeping(keep).write_all(b"four\n").unwrap();
    assert_eq!(fs::read_to_string(place.part(2)).unwrap(), "three\nfour\n");
    place.keeping(keep).write_all(b"five\n").unwrap();
    assert_eq!(fs::read_to_string(place.part(3)).unwrap(), "five\n");
    assert_eq!(newest(&place.path("log")), Some(place.part(3)));
}

#[test]
fn ten_comes_after_nine() {
    let place = Place::new();
    fs::create_dir(place.path("log")).unwrap();
    for part in 1..=10 {
        fs::write(place.part(part), "there\n").unwrap();
    }
    place.log(1).write_all(b"one\n").unwrap();
    assert_eq!(fs::read_to_string(place.part(10)).unwrap(), "there\none\n");
}

#[test]
fn all_together_they_stay_below_a_size() {
    let place = Place::new();
    let keep = Keep {
        days: 100,
        file_bytes: 10,
        total_bytes: 30,
    };
    let mut log = place.keeping(keep);
    for _ in 0..40 {
        log.write_all(b"123456789\n").unwrap();
        let sizes = place
            .names()
            .into_iter()
            .map(|it| size_of(&place.path("log").join(it)));
        assert!(sizes.sum::<u64>() <= 30);
    }
    assert_eq!(place.names().len(), 3);
    assert!(place.part(40).exists());
}

#[test]
fn a_day_of_many_files_counts_once() {
    let place = Place::new();
    fs::create_dir(place.path("log")).unwrap();
    place.put(&[
        "log/sesame.2026-11-25.log",
        "log/sesame.2026-11-26.log",
        "log/sesame.2026-11-26.2.log",
        "log/sesame.2026-11-27.log",
    ]);
    place.log(3).write_all(b"one\n").unwrap();
    assert_eq!(
        place.names(),
        [
            "sesame.2026-11-26.2.log",
            "sesame.2026-11-26.log",
            "sesame.2026-11-27.log",
            "sesame.2026-11-28.log",
        ]
    );
}

#[test]
fn a_folder_that_disappears_is_made_anew() {
    let place = Place::new();
    let mut log = place.log(2);
    log.write_all(b"one\n").unwrap();
    fs::remove_dir_all(place.path("log")).unwrap();
    log.write_all(b"two\n").unwrap();
    assert_eq!(place.written(), "two\n");
    fs::rename(place.today(), place.path("rotated")).unwrap();
    log.write_all(b"three\n").unwrap();
    assert_eq!(place.written(), "three\n");
    assert_eq!(place.screen.text(), "");
}

#[rstest]
#[case(false)]
#[case(true)]
fn a_log_that_cannot_be_written_goes_to_standard_error_until_it_can(#[case] later: bool) {
    let place = Place::new();
    if !later {
        place.put(&["log"]);
    }
    let mut log = place.log(2);
    if later {
        fs::remove_dir_all(place.path("log")).unwrap();
        place.put(&["log"]);
    }
    log.write_all(b"one\n").unwrap();
    log.write_all(b"two\n").unwrap();
    let said = place.screen.text();
    assert_eq!(
        said.matches("cannot be written to LOG_DIR").count(),
        1,
        "{said}"
    );
    assert!(said.ends_with("one\ntwo\n"), "{said}");

    fs::remove_file(place.path("log")).unwrap();
    log.write_all(b"three\n").unwrap();
    assert_eq!(place.written(), "three\n");
    assert!(place.screen.text().ends_with("again.\n"));
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_loses_no_line() {
    let place = Place::new();
    fs::create_dir(place.path("log")).unwrap();
    std::os::unix::fs::symlink("/dev/full", place.today()).unwrap();
    let mut log = place.log(2);
    log.write_all(b"one\n").unwrap();
    log.write_all(b"two\n").unwrap();
    let said = place.screen.text();
    assert!(said.contains("No space left"), "{said}");
    assert!(said.ends_with("one\ntwo\n"), "{said}");
    fs::remove_file(place.today()).unwrap();
    log.write_all(b"three\n").unwrap();
    assert_eq!(place.written(), "three\n");
}
