//! Which file of a room imports from which, as the source says.
//!
//! Not a compiler: it reads paths that begin with `crate`, `super`, `self`, a
//! module that the file declares or one that it imported, and follows what is
//! only passed on (`pub use`) to the file that defines it. Tests do not count.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use crate::source;

/// The path of a module within its room; that of the room itself is empty.
type Module = Vec<String>;

/// From each file to those that it imports from.
pub(crate) type Imports = BTreeMap<PathBuf, BTreeSet<PathBuf>>;

/// What a file says.
struct File {
    path: PathBuf,
    code: String,
    /// What each name stands for that the file imports or passes on.
    names: BTreeMap<String, Module>,
    /// What is imported or passed on as a whole (`*`).
    globs: Vec<Module>,
    /// Names that are only passed on.
    passed_on: BTreeSet<String>,
}

/// The files of a room, by module.
struct Room(BTreeMap<Module, File>);

/// The imports within the room whose sources are in this folder.
pub(crate) fn imports(folder: &Path) -> Imports {
    let mut room = Room(BTreeMap::new());
    read(folder, &mut Vec::new(), &mut room);
    room.leave_out_tests();
    room.learn_names();
    let mut imports = Imports::new();
    for (module, file) in &room.0 {
        let mut from: BTreeSet<_> = room
            .paths(module, file)
            .into_iter()
            .filter_map(|path| room.defines(&path, 0))
            .collect();
        from.remove(&file.path);
        imports.entry(file.path.clone()).or_default().extend(from);
    }
    imports
}

fn read(folder: &Path, module: &mut Module, room: &mut Room) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        if path.is_dir() {
            module.push(name);
            read(&path, module, room);
            module.pop();
        } else if path.extension().is_some_and(|it| it == "rs") {
            let mut of_file = module.clone();
            if !["lib", "main", "mod"].contains(&name.as_str()) {
                of_file.push(name);
            }
            let code = source::bare(&fs::read_to_string(&path).unwrap());
            let file = File {
                path,
                code,
                names: BTreeMap::new(),
                globs: Vec::new(),
                passed_on: BTreeSet::new(),
            };
            room.0.insert(of_file, file);
        }
    }
}

impl Room {
    /// Leaves out what is only there for tests.
    fn leave_out_tests(&mut self) {
        let mut tests = Vec::new();
        for (module, file) in &mut self.0 {
            let (code, modules) = source::without_tests(&file.code);
            file.code = code;
            let child = |name: String| [module.clone(), vec![name]].concat();
            tests.extend(modules.into_iter().map(child));
        }
        self.0
            .retain(|module, _| !tests.iter().any(|test| module.starts_with(test)));
    }

    /// Learns what names stand for in each file.
    fn learn_names(&mut self) {
        let modules: BTreeSet<Module> = self.0.keys().cloned().collect();
        for (module, file) in &mut self.0 {
            let (uses, rest) = source::uses(&file.code);
            for (is_public, path) in uses {
                let (path, name) = renamed(&path);
                let Some(absolute) = absolute(&path, module, &modules) else {
                    continue;
                };
                if name == "*" {
                    file.globs.push(absolute);
                    continue;
                }
                if is_public && !source::words(&rest).contains(name.as_str()) {
                    file.passed_on.insert(name.clone());
                }
                file.names.insert(name, absolute);
            }
            file.code = rest;
        }
    }

    /// Every path in a file that leads somewhere in the room.
    fn paths(&self, module: &Module, file: &File) -> Vec<Module> {
        let modules: BTreeSet<Module> = self.0.keys().cloned().collect();
        let mut paths: Vec<Module> = file
            .names
            .iter()
            .filter(|(name, path)| !file.passed_on.contains(*name) && !modules.contains(*path))
            .map(|(_, path)| path.clone())
            .collect();
        for path in source::paths(&file.code) {
            let first = file.names.get(&path[0]).filter(|it| modules.contains(*it));
            match first {
                Some(first) => paths.push([first.clone(), path[1..].to_vec()].concat()),
                None => paths.extend(absolute(&path, module, &modules)),
            }
        }
        paths
    }

    /// The file that defines what is at the end of a path.
    fn defines(&self, path: &[String], depth: u32) -> Option<PathBuf> {
        if depth > 8 {
            return None;
        }
        let length = (0..=path.len())
            .rev()
            .find(|&length| self.0.contains_key(&path[..length]))?;
        let file = &self.0[&path[..length]];
        let Some(name) = path.get(length) else {
            return Some(file.path.clone());
        };
        if let Some(target) = file.names.get(name) {
            let target = [target.clone(), path[length + 1..].to_vec()].concat();
            return self.defines(&target, depth + 1);
        }
        if source::defines(&file.code, name) {
            return Some(file.path.clone());
        }
        let through = file.globs.iter().filter_map(|glob| {
            let target = [glob.clone(), path[length..].to_vec()].concat();
            self.defines(&target, depth + 1)
        });
        through.into_iter().next()
    }
}

/// A path and the name under which it is known.
fn renamed(path: &[String]) -> (Module, String) {
    if let Some(at) = path.iter().position(|part| part == "as") {
        return (path[..at].to_vec(), path[at + 1].clone());
    }
    let mut path = path.to_vec();
    if path.last().is_some_and(|last| last == "self") {
        path.pop();
    }
    let name = path.last().cloned().unwrap_or_default();
    if name == "*" {
        path.pop();
    }
    (path, name)
}

/// Where a path leads that is written in a module; `None`: out of the room.
fn absolute(path: &[String], module: &Module, modules: &BTreeSet<Module>) -> Option<Module> {
    let first = path.first()?;
    let mut at = match first.as_str() {
        "crate" => Vec::new(),
        "self" | "super" => module.clone(),
        _ => {
            let child = [module.clone(), vec![first.clone()]].concat();
            return modules
                .contains(&child)
                .then(|| [module.clone(), path.to_vec()].concat());
        }
    };
    let mut rest = path;
    if first == "crate" || first == "self" {
        rest = &rest[1..];
    }
    while rest.first().is_some_and(|part| part == "super") {
        at.pop()?;
        rest = &rest[1..];
    }
    at.extend_from_slice(rest);
    Some(at)
}
