//! The imports between the modules of a crate, read from its source.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// A module by its path from the crate root; the root is empty.
pub type Module = Vec<String>;

/// The modules of a crate, each with the modules that it uses. A module is a file; unit tests are left out.
pub struct Imports(pub BTreeMap<Module, BTreeSet<Module>>);

impl Imports {
    /// Reads the crate with the root module `src/lib.rs`.
    pub fn of_crate(src: &Path) -> Imports {
        let files = modules(src);
        let re_exports = re_exports(&tokens(&src.join("lib.rs")));
        let names: BTreeSet<Module> = files.keys().cloned().collect();
        let uses = files.iter().map(|(module, file)| {
            let mut paths = Vec::new();
            collect_paths(&tokens(file), module, &mut paths);
            let resolve = |path: Module| match path.first().and_then(|name| re_exports.get(name)) {
                Some(item) => owner(item.clone(), &names),
                None => owner(path, &names),
            };
            let mut used: BTreeSet<Module> = paths.into_iter().map(resolve).collect();
            used.remove(module);
            (module.clone(), used)
        });
        Imports(uses.collect())
    }

    /// Returns the imports that are part of a cycle: the imported module imports the importing one, directly or indirectly.
    /// A submodule is a part of its parent, so it may use what the parent defines.
    pub fn cyclic(&self) -> Vec<(&Module, &Module)> {
        let all = self.0.keys().flat_map(|module| self.used_by(module).map(move |other| (module, other)));
        all.filter(|(module, other)| self.reachable_from(other).contains(module)).collect()
    }

    fn used_by<'a>(&'a self, module: &'a Module) -> impl Iterator<Item = &'a Module> {
        self.0[module].iter().filter(|other| !module.starts_with(other))
    }

    fn reachable_from<'a>(&'a self, module: &'a Module) -> BTreeSet<&'a Module> {
        let mut reached = BTreeSet::new();
        let mut open: Vec<&Module> = self.used_by(module).collect();
        while let Some(next) = open.pop() {
            if reached.insert(next) {
                open.extend(self.used_by(next));
            }
        }
        reached
    }
}

/// Returns the tokens of a source file.
pub fn tokens(file: &Path) -> Vec<TokenTree> {
    let text = std::fs::read_to_string(file).unwrap();
    text.parse::<TokenStream>().unwrap().into_iter().collect()
}

/// Returns the modules below `src` with their files, apart from unit tests.
fn modules(src: &Path) -> BTreeMap<Module, PathBuf> {
    fn visit(folder: &Path, module: &Module, found: &mut BTreeMap<Module, PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            let inner: Module = module.iter().cloned().chain([name.clone()]).collect();
            if path.is_dir() {
                // The crates below the root package's sources are crates of their own.
                if name != "crates" {
                    visit(&path, &inner, found);
                }
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                match name.as_str() {
                    "tests" | "main" | "build" => {}
                    "lib" | "mod" => drop(found.insert(module.clone(), path)),
                    _ => drop(found.insert(inner, path)),
                }
            }
        }
    }
    let mut found = BTreeMap::new();
    visit(src, &Module::new(), &mut found);
    found
}

/// Returns the names that the root module exports under a shorter path.
fn re_exports(root: &[TokenTree]) -> BTreeMap<String, Module> {
    let mut exported = BTreeMap::new();
    for (at, token) in root.iter().enumerate() {
        if is_ident(Some(token), "use") {
            let mut paths = Vec::new();
            read_use_tree(&root[at + 1..], Module::new(), &mut paths);
            for path in paths {
                if path.len() > 1 {
                    exported.insert(path[path.len() - 1].clone(), path);
                }
            }
        }
    }
    exported
}

/// Collects the paths that start in this crate, in code and inside macro calls.
fn collect_paths(tokens: &[TokenTree], module: &Module, paths: &mut Vec<Module>) {
    let mut at = 0;
    while at < tokens.len() {
        // `#[cfg(test)] mod tests { … }`
        if is_unit_tests(&tokens[at..]) {
            at += 5;
            continue;
        }
        let follows_path = at >= 1 && is_punct(tokens.get(at - 1), ':');
        match &tokens[at] {
            TokenTree::Ident(ident) if !follows_path => {
                let start = match ident.to_string().as_str() {
                    "crate" => Some(Module::new()),
                    "self" => Some(module.clone()),
                    "super" => Some(module[..module.len().saturating_sub(1)].to_vec()),
                    // Possibly a child module; otherwise no module has this path.
                    name => Some(module.iter().cloned().chain([name.to_owned()]).collect()),
                };
                if let Some(start) = start.filter(|_| is_separator(&tokens[at + 1..])) {
                    read_use_tree(&tokens[at + 3..], start, paths);
                }
            }
            TokenTree::Group(group) => {
                collect_paths(&group.stream().into_iter().collect::<Vec<_>>(), module, paths);
            }
            _ => {}
        }
        at += 1;
    }
}

/// Reads the rest of a path, or of a tree of paths in a `use`, which starts with `prefix`.
fn read_use_tree(tokens: &[TokenTree], mut prefix: Module, paths: &mut Vec<Module>) {
    match tokens.first() {
        Some(TokenTree::Ident(ident)) => {
            match ident.to_string().as_str() {
                "super" => drop(prefix.pop()),
                "self" => {}
                name => prefix.push(name.to_owned()),
            }
            if is_separator(&tokens[1..]) {
                read_use_tree(&tokens[3..], prefix, paths);
            } else {
                paths.push(prefix);
            }
        }
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
            let inner: Vec<TokenTree> = group.stream().into_iter().collect();
            for branch in inner.split(|token| is_punct(Some(token), ',')) {
                read_use_tree(branch, prefix.clone(), paths);
            }
        }
        // A glob import, or generic arguments.
        _ => paths.push(prefix),
    }
}

/// Returns the module that contains an item: the longest start of the item's path that is a module.
fn owner(mut path: Module, modules: &BTreeSet<Module>) -> Module {
    while !modules.contains(&path) {
        path.pop();
    }
    path
}

fn is_unit_tests(tokens: &[TokenTree]) -> bool {
    is_punct(tokens.first(), '#')
        && tokens.get(1).is_some_and(|attribute| attribute.to_string() == "[cfg (test)]")
        && is_ident(tokens.get(2), "mod")
}

fn is_separator(tokens: &[TokenTree]) -> bool {
    is_punct(tokens.first(), ':') && is_punct(tokens.get(1), ':')
}

pub fn is_punct(token: Option<&TokenTree>, char: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == char)
}

pub fn is_ident(token: Option<&TokenTree>, name: &str) -> bool {
    matches!(token, Some(TokenTree::Ident(ident)) if *ident == name)
}
