//! What becomes of each attempt: it follows from a seed.

/// What becomes of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Course {
    /// The account is linked, and unlinked.
    Link,
    /// It is linked twice, so that the first session is replaced, and unlinked.
    LinkTwice,
    /// It is linked, and everything about its owner erased.
    Erase,
    /// It is cancelled while the code is on show.
    CancelAtCode,
    /// The same, and then the code is scanned.
    ScanAfterCancel,
    /// It is cancelled while the password is asked for.
    CancelAtPassword,
    /// Someone else scans.
    WrongAccount,
    /// The password is wrong again and again.
    WrongPasswords,
    /// A newer one is begun, and cancelled.
    BeginAnew,
    /// No one does anything.
    Expire,
    /// Telegram answers with errors, to this one or to another at the same time.
    Errors,
    /// What answers is not Telegram.
    Garbage,
}

/// How often each comes, of a hundred.
const COURSES: [(Course, u64); 12] = [
    (Course::Link, 26),
    (Course::LinkTwice, 8),
    (Course::Erase, 4),
    (Course::CancelAtCode, 15),
    (Course::ScanAfterCancel, 8),
    (Course::CancelAtPassword, 8),
    (Course::WrongAccount, 8),
    (Course::WrongPasswords, 2),
    (Course::BeginAnew, 7),
    (Course::Expire, 4),
    (Course::Errors, 6),
    (Course::Garbage, 4),
];

impl Course {
    /// That of the attempt with this number.
    pub(crate) fn of(seed: u64, number: u64) -> Self {
        let mut drawn = mixed(seed ^ mixed(number)) % 100;
        for (course, times) in COURSES {
            if drawn < times {
                return course;
            }
            drawn -= times;
        }
        Self::Link
    }

    /// Whether it takes someone who has a cloud password.
    pub(crate) fn takes_a_password(self) -> bool {
        matches!(self, Self::CancelAtPassword | Self::WrongPasswords)
    }
}

/// `SplitMix64`.
fn mixed(from: u64) -> u64 {
    let mut mixed = from.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

#[test]
fn every_course_is_taken() {
    assert_eq!(COURSES.iter().map(|(_, times)| times).sum::<u64>(), 100);
    for (course, _) in COURSES {
        assert!((0..1_000).any(|number| Course::of(1, number) == course));
    }
}
