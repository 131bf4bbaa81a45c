//! The client's `Cargo.toml`. Pure.
//!
//! Dependencies are copied from the runtime's own manifest, text for text, so that what the
//! runtime was tested with is what the client asks for.

use crate::examples;
use crate::plan::{EVENT_MODELS, Plan};
use crate::print::{self, RenderedFile, quoted};
use crate::runtime_files::MANIFEST;
use std::fmt::Write as _;

/// Renders it.
pub fn render(plan: &Plan<'_>) -> RenderedFile {
    let krate = &plan.input.client.krate;
    let mut out = String::from("\n[package]\n");
    entry(&mut out, "name", &krate.name);
    entry(&mut out, "version", &krate.version);
    entry(&mut out, "description", &krate.description);
    out.push_str("edition = \"2024\"\nrust-version = \"1.88\"\n");
    entry(&mut out, "license", &krate.license);
    for (key, url) in [
        ("repository", &krate.repository),
        ("homepage", &krate.homepage),
        ("documentation", &krate.documentation),
    ] {
        if let Some(url) = url {
            entry(&mut out, key, url);
        }
    }
    list(&mut out, "keywords", &krate.keywords);
    list(&mut out, "categories", &krate.categories);
    out.push_str("readme = \"README.md\"\n");
    out.push_str("\n[package.metadata.docs.rs]\nall-features = true\nrustdoc-args = [\"--cfg\", \"docsrs\"]\n");
    out.push_str("\n[features]\n");
    features(plan, &mut out);
    for table in ["dependencies", "dev-dependencies"] {
        let _ = write!(out, "\n[{table}]\n{}", table_text(table));
    }
    out.push_str(&examples::targets(plan));
    out.push_str(
        "\n[lints.rust]\nmissing_docs = \"warn\"\nunsafe_code = \"forbid\"\n\
         unexpected_cfgs = { level = \"warn\", check-cfg = [\"cfg(docsrs)\"] }\n",
    );
    print::text("Cargo.toml", "#", "client.yaml", &out)
}

/// `rustfmt.toml`: the files are laid out by prettyplease, which differs in places.
pub fn rustfmt() -> RenderedFile {
    print::text(
        "rustfmt.toml",
        "#",
        "templates/src/manifest.rs",
        "disable_all_formatting = true\n",
    )
}

fn features(plan: &Plan<'_>, out: &mut String) {
    let names = &plan.input.client.default_features;
    // The runtime's own are on as well: a client sends, unless its user wants to.
    let (runtime_default, runtime) = runtime_features();
    let mut default: Vec<String> = runtime_default.into_iter().map(str::to_owned).collect();
    if names.iter().any(|name| name == "full") {
        default.push("full".to_owned());
    }
    let pages = plan
        .pages
        .iter()
        .filter(|page| names.contains(&page.page.api));
    default.extend(pages.map(|page| page.feature.clone()));
    list(out, "default", &default);
    let mut all: Vec<String> = plan.pages.iter().map(|page| page.feature.clone()).collect();
    all.push("events".to_owned());
    let has_topics = !plan.input.api.topics.is_empty();
    all.extend(has_topics.then(|| EVENT_MODELS.to_owned()));
    out.push_str("# Every page, and events.\n");
    list(out, "full", &all);
    if has_topics {
        out.push_str("# The models of all topics' events.\n");
        list(out, EVENT_MODELS, &["events".to_owned()]);
    }
    for page in &plan.pages {
        let _ = writeln!(out, "{} = []", page.feature);
    }
    out.push_str(&runtime);
}

/// The runtime's default features, and the lines of the others.
fn runtime_features() -> (Vec<&'static str>, String) {
    let is_default = |line: &&str| line.starts_with("default = ");
    let default = MANIFEST.lines().find(is_default).unwrap_or_default();
    let names = default.split('"').skip(1).step_by(2).collect();
    let others = table_text("features").replace(default, "");
    (names, format!("{}\n", others.trim()))
}

/// The lines of a table of the runtime's manifest.
fn table_text(name: &str) -> String {
    let head = format!("[{name}]");
    let lines = MANIFEST
        .lines()
        .skip_while(|line| line.trim() != head)
        .skip(1);
    let lines = lines.take_while(|line| !line.starts_with('['));
    let text = lines.collect::<Vec<_>>().join("\n");
    match text.trim() {
        "" => String::new(),
        text => format!("{text}\n"),
    }
}

fn entry(out: &mut String, key: &str, value: &str) {
    let _ = writeln!(out, "{key} = {}", quoted(value));
}

fn list(out: &mut String, key: &str, items: &[String]) {
    let quoted_items: Vec<String> = items.iter().map(|item| quoted(item)).collect();
    let line = format!("{key} = [{}]\n", quoted_items.join(", "));
    if line.len() <= 100 {
        out.push_str(&line);
        return;
    }
    let _ = writeln!(out, "{key} = [");
    for item in quoted_items {
        let _ = writeln!(out, "    {item},");
    }
    out.push_str("]\n");
}

#[cfg(test)]
mod tests {
    use super::{list, table_text};

    #[test]
    fn a_list_is_broken_where_its_line_is_too_long() {
        let shown = |length: usize| {
            let mut out = String::new();
            list(&mut out, "key", &["a".repeat(length), "b".to_owned()]);
            out
        };
        // `key = ["", "b"]` and the line's end are 16 bytes.
        assert_eq!(shown(84).lines().count(), 1);
        assert_eq!(shown(85).lines().count(), 4);
    }

    #[test]
    fn the_defaults_of_the_runtime_are_apart() {
        let (default, others) = super::runtime_features();
        assert_eq!(default, ["reqwest", "toml"]);
        assert!(others.contains("\nreqwest = [") && !others.contains("default"));
    }

    #[test]
    fn tables_of_the_runtime_are_taken_whole() {
        assert!(table_text("dependencies").contains("\nreqwest = "));
        assert!(!table_text("dependencies").contains("\n["));
        assert!(table_text("dev-dependencies") != table_text("dependencies"));
        assert_eq!(table_text("no-table"), "");
    }
}
