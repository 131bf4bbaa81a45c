//! From the extracted API to the files to write: the IR as YAML, and the client crate. Pure.
//!
//! Rendering starts from the YAML text that will be written, not from the value behind it, so that
//! people review exactly what is rendered.

use anyhow::{Context as _, Result};
use rayon::prelude::*;
use spec::{Api, ClientConfig, Models, Page, RenamedOperation, yaml};
use std::collections::BTreeMap;

/// Path of a file below its folder to its text.
pub type Files = BTreeMap<String, String>;

/// Where the IR's models stand, beside its pages.
pub const MODELS: &str = "models.yaml";

/// Where the IR's topics stand, where there are any.
pub const TOPICS: &str = "topics.yaml";

/// The IR as files of `spec/ir`.
pub fn ir_files(api: &Api) -> Files {
    let (mut files, models) = rayon::join(
        || {
            api.pages
                .par_iter()
                .map(|page| {
                    let source = format!("docs/{}.md", page.api);
                    (
                        format!("{}.yaml", page.api),
                        yaml::write_page(page, &source),
                    )
                })
                .collect::<Files>()
        },
        || yaml::write_models(&api.models, "docs/typed, models.yaml and overlay.yaml"),
    );
    files.insert(MODELS.to_owned(), models);
    if !api.topics.is_empty() {
        let topics = yaml::write_topics(&api.topics, crate::pins::TOPICS);
        files.insert(TOPICS.to_owned(), topics);
    }
    files
}

/// The value that the files of `spec/ir` hold.
///
/// # Errors
/// A text is not valid IR: a bug if we wrote it, otherwise a mistake in a hand-written file.
pub fn parse_ir(files: &Files) -> Result<Api> {
    let (pages, models) = rayon::join(
        || {
            files
                .par_iter()
                .filter(|(name, _)| *name != MODELS && *name != TOPICS)
                .map(|(name, text)| yaml::parse_page(text).with_context(|| format!("ir/{name}")))
                .collect::<Result<Vec<Page>>>()
        },
        || match files.get(MODELS) {
            Some(text) => parse_models(text),
            None => Ok(Models::default()),
        },
    );
    Ok(Api {
        pages: pages?,
        models: models?,
        topics: match files.get(TOPICS) {
            Some(text) => yaml::parse_topics(text).with_context(|| format!("ir/{TOPICS}"))?,
            None => Vec::new(),
        },
    })
}

fn parse_models(text: &str) -> Result<Models> {
    let pieces = yaml::split_models(text, rayon::current_num_threads());
    let read: Option<Vec<Models>> = pieces
        .par_iter()
        .map(|piece| yaml::parse_models(piece).ok())
        .collect();
    match read {
        Some(read) => Ok(Models {
            format: spec::FORMAT,
            models: read.into_iter().flat_map(|piece| piece.models).collect(),
        }),
        // The whole text tells the place of the fault.
        None => yaml::parse_models(text).with_context(|| format!("ir/{MODELS}")),
    }
}

/// The client crate.
pub fn client_files(
    api: &Api,
    client: &ClientConfig,
    renamed: &[RenamedOperation],
    docs_version: Option<&str>,
) -> Files {
    let input = templates::RenderInput {
        api,
        client,
        renamed,
        docs_version,
    };
    templates::render(&input)
        .into_iter()
        .map(|file| (file.path, file.text))
        .collect()
}
