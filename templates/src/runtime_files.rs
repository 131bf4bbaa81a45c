//! `src/runtime`: the crate `templates/runtime`, file by file, verbatim after the mark.
//! Touches nothing: the texts are taken in when this crate is compiled.

use crate::{RenderedFile, print};

macro_rules! files {
    ($($path:literal),* $(,)?) => {
        /// Path below the runtime's `src`, and text. A test holds the list against the folder.
        const FILES: &[(&str, &str)] = &[
            $(($path, include_str!(concat!("../runtime/src/", $path)))),*
        ];
    };
}

files!(
    "answer_error.rs",
    "auth.rs",
    "body_field.rs",
    "builder.rs",
    "call.rs",
    "client.rs",
    "config.rs",
    "error.rs",
    "grant.rs",
    "hook.rs",
    "http_stack.rs",
    "lib.rs",
    "limit.rs",
    "mock.rs",
    "model.rs",
    "model_macros.rs",
    "model_read.rs",
    "model_value.rs",
    "model_write.rs",
    "open_enum.rs",
    "operation.rs",
    "paging.rs",
    "param.rs",
    "parts.rs",
    "permissions.rs",
    "response.rs",
    "retry.rs",
    "retry_after.rs",
    "send.rs",
    "tls.rs",
    "token.rs",
    "tower.rs",
    "trace.rs",
    "transport.rs",
    "transport_error.rs",
    "walk.rs",
);

/// The runtime's `Cargo.toml`, whose tables go into the client's.
pub const MANIFEST: &str = include_str!("../runtime/Cargo.toml");

/// The files of the client's private module `runtime`.
pub fn render() -> impl Iterator<Item = RenderedFile> {
    FILES.iter().map(|(path, text)| {
        let target = if *path == "lib.rs" { "mod.rs" } else { path };
        let source = format!("templates/runtime/src/{path}");
        print::text(&format!("src/runtime/{target}"), "//", &source, text)
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    #[test]
    fn every_file_of_the_runtime_is_listed() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("runtime/src");
        let mut found = Vec::new();
        collect(&root, &root, &mut found);
        found.sort();
        let listed: Vec<&str> = super::FILES.iter().map(|(path, _)| *path).collect();
        assert_eq!(
            listed, found,
            "list the runtime's files in runtime_files.rs, sorted"
        );
    }

    fn collect(root: &Path, folder: &Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).expect("the runtime's sources stand here") {
            let path = entry.expect("a folder can be listed").path();
            if path.is_dir() {
                collect(root, &path, found);
            } else {
                let below = path.strip_prefix(root).expect("it was found below");
                found.push(below.to_str().expect("ours are ASCII").replace('\\', "/"));
            }
        }
    }
}
