//! Backups as a whole: made, damaged, restored, rehearsed and removed.

mod custody;
mod damage;
mod database;
mod interruptions;
mod making;
mod newest;
mod places;
mod rehearsing;
mod restoring;
mod retention;
mod store;
mod vault;
mod world;
