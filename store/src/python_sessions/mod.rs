//! Reading sessions out of the Python system's database, for the import.

mod reader;
mod table;

pub use reader::{PythonColumns, PythonSession, PythonSessions, PythonSessionsError};
