//! Which folder may import from which: reads the `use` lines, as rust-analyzer's `tidy` does.
//!
//! To hold another crate's order, add a test that calls [`check`] with the crate's root folder, the
//! path that its files import by, and its folders and root files from the lowest to the highest.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// An order of a crate's parts: a part is a folder or a file that stands directly below `root`.
struct Order {
    /// The folder, from the project's root.
    root: &'static str,
    /// What an import of the crate begins with: `crate`, or `crate::runtime`.
    prefix: &'static str,
    /// Each line imports only from the lines before it. Parts on one line may not import each
    /// other. The root module (`lib.rs`, `mod.rs`, `main.rs`) is above all.
    lowest_first: &'static [&'static [&'static str]],
}

#[test]
fn runtime() {
    check(&Order {
        root: "templates/runtime/src",
        prefix: "crate::runtime",
        lowest_first: &[
            &["operation", "model"],
            &["error"],
            &["http"],
            &["auth"],
            &["client"],
            &["call", "permissions"],
        ],
    });
}

fn check(order: &Order) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("..")
        .join(order.root);
    let mut files = Vec::new();
    collect(&root, &root, &mut files);
    let faults = faults(order, &files);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Each import that goes up or sideways, and each part that the order does not name.
fn faults(order: &Order, files: &[(String, String)]) -> Vec<String> {
    let levels: BTreeMap<&str, usize> = order
        .lowest_first
        .iter()
        .enumerate()
        .flat_map(|(level, parts)| parts.iter().map(move |part| (*part, level)))
        .collect();
    let mut faults = Vec::new();
    for (path, text) in files {
        let parts = path.trim_end_matches(".rs").split('/').collect::<Vec<_>>();
        let part = parts[0];
        if ["lib", "mod", "main"].contains(&part) {
            continue;
        }
        let Some(&level) = levels.get(part) else {
            faults.push(format!("{}/{path}: not in the order; add it", order.root));
            continue;
        };
        for import in imports(order.prefix, &parts, text) {
            match levels.get(import.as_str()) {
                _ if import == part => {}
                Some(&other) if other < level => {}
                Some(_) => faults.push(format!(
                    "{}/{path}: `{part}` must not import from `{import}`",
                    order.root
                )),
                // An item of the root module, which is above all.
                None => faults.push(format!(
                    "{}/{path}: imports `{import}` from the root module; name the part it stands in",
                    order.root
                )),
            }
        }
    }
    faults
}

/// The parts that a file's paths lead to, its unit tests left out: they stand above all.
fn imports(prefix: &str, module: &[&str], text: &str) -> Vec<String> {
    let text = text
        .split("\n#[cfg(test)]\nmod tests")
        .next()
        .unwrap_or_default();
    let code: String = text
        .lines()
        .map(|line| line.split("//").next().unwrap_or_default())
        .collect::<Vec<_>>()
        .join("\n");
    let mut found = Vec::new();
    let absolute = format!("{prefix}::");
    for (start, _) in code.match_indices(&absolute) {
        heads(&code[start + absolute.len()..], &mut found);
    }
    // `super::` as often as it leaves the part: once in a root file, twice in `part/file.rs`.
    let depth = match module {
        [_, .., "mod"] => module.len() - 1,
        _ => module.len(),
    };
    let relative = "super::".repeat(depth);
    for (start, _) in code.match_indices(&relative) {
        let rest = &code[start + relative.len()..];
        if !code[..start].ends_with("super::") && !rest.starts_with("super::") {
            heads(rest, &mut found);
        }
    }
    found.sort();
    found.dedup();
    found
}

/// `a` of `a::b`, and each of `{a::b, c}`.
fn heads(rest: &str, found: &mut Vec<String>) {
    let name = |text: &str| -> String {
        let text = text.trim_start();
        text.chars()
            .take_while(|character| character.is_alphanumeric() || *character == '_')
            .collect()
    };
    let Some(list) = rest.strip_prefix('{') else {
        found.push(name(rest));
        return;
    };
    let (mut depth, mut item) = (0_usize, String::new());
    for character in list.chars() {
        match character {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                found.push(name(&std::mem::take(&mut item)));
                continue;
            }
            _ => {}
        }
        item.push(character);
    }
    if !item.trim().is_empty() {
        found.push(name(&item));
    }
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).expect("the sources stand here") {
        let path = entry.expect("a folder can be listed").path();
        if path.is_dir() {
            collect(root, &path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let below = path.strip_prefix(root).expect("it was found below");
            let name = below.to_str().expect("ours are ASCII").replace('\\', "/");
            files.push((name, fs::read_to_string(&path).expect("it can be read")));
        }
    }
}

/// The checker itself: what it must refuse.
#[test]
fn imports_that_go_up_are_faults() {
    let order = Order {
        root: "x",
        prefix: "crate",
        lowest_first: &[&["low", "beside"], &["high"]],
    };
    let faults_of = |path: &str, text: &str| faults(&order, &[(path.to_owned(), text.to_owned())]);
    assert!(faults_of("high/a.rs", "use crate::low::X;\nuse super::b::Y;").is_empty());
    assert!(faults_of("low.rs", "// use crate::high::X;\nuse crate::low::X;").is_empty());
    for (path, text) in [
        ("low.rs", "use crate::high::X;"),
        ("low.rs", "use crate::{low::Y, high::{X, Z}};"),
        ("low.rs", "use super::high::X;"),
        ("low/a.rs", "use super::super::high::X;"),
        ("low/mod.rs", "use super::high::X;"),
        ("low.rs", "fn f() { crate::high::g() }"),
        ("low.rs", "use crate::beside::X;"),
        ("low.rs", "use crate::X;"),
        ("new.rs", ""),
    ] {
        assert_eq!(faults_of(path, text).len(), 1, "{path}: {text}");
    }
}
