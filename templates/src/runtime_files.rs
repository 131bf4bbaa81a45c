//! `src/runtime`: the files of the crate `templates/runtime` except its `lib.rs`, verbatim after the mark.
//! Pure: the texts are included when this crate is compiled.

use crate::print::{self, RenderedFile};

macro_rules! files {
    ($($path:literal),* $(,)?) => {
        /// Path below the runtime's `src`, and text. A test holds the list against the folder.
        const FILES: &[(&str, &str)] = &[
            $(($path, include_str!(concat!("../runtime/src/", $path)))),*
        ];
    };
}

files!(
    "auth/answer.rs",
    "auth/grant.rs",
    "auth/mod.rs",
    "auth/token.rs",
    "call/body_field.rs",
    "call/job.rs",
    "call/mod.rs",
    "call/page_cursor.rs",
    "call/paging.rs",
    "call/param.rs",
    "call/plain.rs",
    "call/raw.rs",
    "call/request.rs",
    "call/response.rs",
    "call/send.rs",
    "client/builder.rs",
    "client/config.rs",
    "client/connect.rs",
    "client/env.rs",
    "client/mod.rs",
    "client/url.rs",
    "error/answer.rs",
    "error/auth.rs",
    "error/body.rs",
    "error/config.rs",
    "error/input.rs",
    "error/job.rs",
    "error/mod.rs",
    "error/retry_after.rs",
    "error/text.rs",
    "error/transport.rs",
    "events/api.rs",
    "events/error.rs",
    "events/frame.rs",
    "events/item.rs",
    "events/leg.rs",
    "events/line.rs",
    "events/machine.rs",
    "events/mock.rs",
    "events/mod.rs",
    "events/moves.rs",
    "events/queue.rs",
    "events/seen.rs",
    "events/simulation.rs",
    "events/socket.rs",
    "events/steps.rs",
    "events/stream.rs",
    "events/subscriptions.rs",
    "events/topic.rs",
    "http/hook.rs",
    "http/limit.rs",
    "http/mock.rs",
    "http/mod.rs",
    "http/pace.rs",
    "http/reqwest.rs",
    "http/retry.rs",
    "http/settings.rs",
    "http/tls.rs",
    "http/tower.rs",
    "http/trace.rs",
    "mod.rs",
    "model/build.rs",
    "model/extra.rs",
    "model/macros.rs",
    "model/mend.rs",
    "model/mod.rs",
    "model/open_enum.rs",
    "model/read.rs",
    "model/value.rs",
    "model/write.rs",
    "operation.rs",
    "permissions.rs",
);

/// The runtime's `Cargo.toml`, whose tables go into the client's.
pub const MANIFEST: &str = include_str!("../runtime/Cargo.toml");

/// The files of the client's private module `runtime`.
pub fn render() -> impl Iterator<Item = RenderedFile> {
    FILES.iter().map(|(path, text)| {
        let source = format!("templates/runtime/src/{path}");
        print::text(&format!("src/runtime/{path}"), "//", &source, text)
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
        found.retain(|path| path != "lib.rs");
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
