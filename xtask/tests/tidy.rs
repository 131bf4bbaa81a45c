//! Which file may import from which: reads the paths in the sources, as rust-analyzer's `tidy` does.
//!
//! To hold another folder's order, add a test that calls [`check`] with that folder, the path that
//! its files import by, and its files and folders from the lowest to the highest.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// An order of a folder's parts: a part is a file or a folder that stands directly below `root`.
struct Order {
    /// The folder, from the project's root.
    root: &'static str,
    /// What an import of one of its parts begins with: `crate`, or `crate::runtime`.
    prefix: &'static str,
    /// Each line imports only from the lines before it. Parts on one line may not import each
    /// other. The root module (`lib.rs`, `mod.rs`, or the file beside the folder that has its name)
    /// is above all.
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
            &["events"],
        ],
    });
}

#[test]
fn generator() {
    check(&Order {
        root: "generator/src",
        prefix: "crate",
        lowest_first: &[
            &["blocks", "diagnostic", "language", "source_text", "source"],
            &["raw", "reader", "type_words"],
            &["notes", "page_language", "topics"],
            &["page", "resolve"],
            &["model_page"],
            &["form"],
        ],
    });
}

#[test]
fn page() {
    check(&Order {
        root: "generator/src/page",
        prefix: "crate::page",
        lowest_first: &[
            &["draft", "path_template"],
            &["line"],
            &["compare", "example", "table"],
            &["lower", "outline"],
            &["prose"],
        ],
    });
}

#[test]
fn resolve() {
    check(&Order {
        root: "generator/src/resolve",
        prefix: "crate::resolve",
        lowest_first: &[
            &["acronyms", "described", "handfile", "places", "settled"],
            &["disguised", "expand", "join", "overlay", "paging", "safe"],
            &["check_inferred", "compare", "entries", "jobs"],
            &["check"],
            &["models", "topics"],
        ],
    });
}

#[test]
fn templates() {
    check(&Order {
        root: "templates/src",
        prefix: "crate",
        lowest_first: &[
            &["doc", "names", "models_enum", "models_reach"],
            &["model_uses", "plan", "print", "rust_type"],
            &[
                "argument",
                "example_body",
                "job",
                "licenses",
                "paging",
                "runtime_files",
                "topics",
                "values",
            ],
            &["example", "harness", "models_item", "region"],
            &["models_shared"],
            &["models", "operation", "readme", "surface"],
            &[
                "crate_root",
                "examples",
                "operations",
                "permissions",
                "requests",
            ],
            &["manifest"],
        ],
    });
}

#[test]
fn diff() {
    check(&Order {
        root: "xtask/diff/src",
        prefix: "crate",
        lowest_first: &[
            &["change", "escape", "words"],
            &[
                "approvals",
                "bump",
                "compare",
                "locate",
                "noise",
                "remedy",
                "renamed",
            ],
            &["consumer", "report"],
            &["render"],
        ],
    });
}

#[test]
fn compare() {
    check(&Order {
        root: "xtask/diff/src/compare",
        prefix: "crate::compare",
        lowest_first: &[
            &["collector", "key", "order", "permissions", "verdict"],
            &["matching", "usage", "values"],
            &["context"],
            &["types"],
            &["fields", "parameters", "topics"],
            &["models", "operations"],
            &["pages"],
        ],
    });
}

#[test]
fn render() {
    check(&Order {
        root: "xtask/diff/src/render",
        prefix: "crate::render",
        lowest_first: &[&["github", "html", "json", "markdown", "text"]],
    });
}

#[test]
fn yaml() {
    check(&Order {
        root: "spec/src/yaml",
        prefix: "crate::yaml",
        lowest_first: &[
            &["error", "shape", "writer"],
            &["document"],
            &["places", "read"],
        ],
    });
}

#[test]
fn xtask() {
    check(&Order {
        root: "xtask/src",
        prefix: "crate",
        lowest_first: &[
            &[
                "file_name",
                "mark",
                "outcome",
                "output",
                "versions",
                "workspace",
            ],
            &["git", "lock", "pins", "write_error"],
            &["build", "fetch", "journal", "renamed"],
            &["folder", "hold", "pair"],
            &["extract", "recover", "report"],
            &["baseline", "diff", "write"],
            &["cli"],
            &["changelog", "conformance", "lint", "pull", "regen"],
            &["publish"],
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

/// The parts that a file's paths lead to. Left out are its unit tests, which stand above all, and
/// what is quoted, whose paths are those of the rendered crate.
fn imports(prefix: &str, module: &[&str], text: &str) -> Vec<String> {
    let tokens: TokenStream = text.parse().expect("the sources are Rust");
    // `super::` as often as it leaves the part: once in a root file, twice in `part/file.rs`.
    let depth = match module {
        [_, .., "mod"] => module.len() - 1,
        _ => module.len(),
    };
    let absolute: Vec<&str> = prefix.split("::").collect();
    let mut found = Vec::new();
    walk(tokens, &[absolute, vec!["super"; depth]], &mut found);
    found.sort();
    found.dedup();
    found
}

/// Collects what stands behind one of `prefixes`, here and in every group.
fn walk(tokens: TokenStream, prefixes: &[Vec<&str>; 2], found: &mut Vec<String>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let words: Vec<String> = tokens
        .iter()
        .map(|token| match token {
            TokenTree::Group(_) => String::new(),
            TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => token.to_string(),
        })
        .collect();
    let before = |at: usize, words_before: &[&str]| {
        let start = at.checked_sub(words_before.len());
        start.is_some_and(|start| words[start..at] == *words_before)
    };
    for (at, token) in tokens.iter().enumerate() {
        if let TokenTree::Group(group) = token {
            let is_test = before(at, &["mod", "tests"]);
            let is_quoted = before(at, &["quote", "!"]);
            if !is_test && !is_quoted {
                walk(group.stream(), prefixes, found);
            }
        }
        let is_inner = before(at, &["super", ":", ":"]) || before(at, &["self", ":", ":"]);
        for prefix in prefixes {
            let path = prefix.iter().flat_map(|name| [*name, ":", ":"]);
            let end = at + prefix.len() * 3;
            let is_path = end < words.len() && path.eq(words[at..end].iter().map(String::as_str));
            if is_path && !is_inner && words[end] != "super" {
                heads(&tokens[end], found);
            }
        }
    }
}

/// `a` of `a::b`, and each of `{a::b, c}`.
fn heads(token: &TokenTree, found: &mut Vec<String>) {
    match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
            let mut is_first = true;
            for token in group.stream() {
                match token {
                    TokenTree::Punct(punct) if punct.as_char() == ',' => is_first = true,
                    token if is_first => {
                        heads(&token, found);
                        is_first = false;
                    }
                    _ => {}
                }
            }
        }
        token => found.push(token.to_string()),
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
    assert!(faults_of("low.rs", "fn f() { quote!(crate::high::g()) }").is_empty());
    assert!(faults_of("low.rs", "mod tests { use crate::high::X; }").is_empty());
    assert!(faults_of("low.rs", "// use crate::high::X;\nuse crate::low::X;").is_empty());
    for (path, text) in [
        ("low.rs", "use crate::high::X;"),
        ("low.rs", "use crate::{low::Y, high::{X, Z}};"),
        ("low.rs", "use super::high::X;"),
        ("low/a.rs", "use super::super::high::X;"),
        ("low/mod.rs", "use super::high::X;"),
        ("low.rs", "fn f() { crate::high::g() }"),
        ("low.rs", "fn f() { format!(\"{}\", crate::high::g()) }"),
        ("low.rs", "use crate::beside::X;"),
        ("low.rs", "use crate::X;"),
        ("new.rs", ""),
    ] {
        assert_eq!(faults_of(path, text).len(), 1, "{path}: {text}");
    }
}

/// What a command shows leaves by `xtask/src/output.rs` alone, where it is escaped; a path is shown by
/// `xtask/src/workspace.rs`. Programs of others write to a pipe.
#[test]
fn what_is_shown_leaves_by_one_exit() {
    let mut faults = Vec::new();
    for folder in ["xtask/src", "xtask/diff/src"] {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("..")
            .join(folder);
        let mut files = Vec::new();
        collect(&root, &root, &mut files);
        for (path, text) in files {
            if !matches!(path.as_str(), "output.rs" | "workspace.rs") {
                let found = raw_exits(&text).into_iter();
                faults.extend(found.map(|what| format!("{folder}/{path}: {what}")));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Lines that write to standard output or error, show a path as it is, or let another program write there;
/// tests, which come last in a file, are left out.
fn raw_exits(text: &str) -> Vec<String> {
    let text = text
        .split("\n#[cfg(test)]\nmod tests")
        .next()
        .unwrap_or_default();
    let of_ours = [
        "println!",
        "print!",
        "dbg!",
        "stdout()",
        "stderr()",
        ".display()",
        "Stdio::inherit",
    ];
    let mut found = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let begins = |at: usize| {
            let before = line[..at].trim_end_matches('e').chars().next_back();
            !before.is_some_and(|it| it.is_alphanumeric() || it == '_')
        };
        let is_exit = |word: &&str| {
            let mut places = line.match_indices(*word);
            places.any(|(at, _)| word.starts_with('.') || begins(at))
        };
        let is_bar = line.contains("ProgressDrawTarget::stderr()");
        let is_comment = line.trim_start().starts_with("//");
        if !is_comment && !is_bar && of_ours.iter().any(is_exit) {
            found.push(format!("{}: {}", number + 1, line.trim()));
        }
    }
    // A program inherits what is not set: `spawn` and `status` are set on both.
    let ends = text.matches(".spawn()").count() + text.matches(".status()").count();
    let set = text.matches(".stderr(Stdio::").count();
    if ends > set {
        found.push(format!(
            "{ends} programs are started, and {set} times their standard error is set"
        ));
    }
    found
}

#[test]
fn raw_exits_are_found() {
    for text in [
        "println!(\"x\");",
        "    eprintln!(\"{x}\");",
        "io::stderr().lock()",
        "let x = path.display().to_string();",
        "command.spawn()",
        "command.stdout(Stdio::piped()).status()",
    ] {
        assert_eq!(raw_exits(text).len(), 1, "{text}");
    }
    for text in [
        "writeln!(text)",
        "// println!",
        "command.stderr(Stdio::null()).status()",
    ] {
        assert!(raw_exits(text).is_empty(), "{text}");
    }
}
