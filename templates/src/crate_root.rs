//! `src/lib.rs`: the front page and what the crate shows. Pure.

use crate::doc::Doc;
use crate::plan::Plan;
use crate::print::{self, RenderedFile};
use crate::readme;
use quote::quote;

/// Renders it.
pub fn render(plan: &Plan<'_>) -> RenderedFile {
    let mut doc = Doc::new();
    doc.markdown(&readme::front_page(plan));
    let doc = doc.inner();
    let models = (!plan.input.api.models.models.is_empty()).then(|| {
        quote!(
            pub mod models;
        )
    });
    // So that the README's code is compiled, as it reads there.
    let mut features = readme::features_of_code(plan);
    features.extend(["events", "mock"]);
    let readme = quote! {
        #[cfg(all(doctest #(, feature = #features)*))]
        #[doc = include_str!("../README.md")]
        struct Readme;
    };
    let topics = (!plan.input.api.topics.is_empty()).then(|| {
        quote!(
            #[cfg(feature = "events")]
            pub mod topics;
        )
    });
    let tokens = quote! {
        #doc
        #![cfg_attr(docsrs, feature(doc_cfg))]

        #readme
        #models
        pub mod operations;
        pub mod permissions;
        mod region;
        mod runtime;
        #topics

        // What signatures name.
        pub use ::{bytes, http, jiff, serde_json};
        pub use futures_core::Stream;
        pub use region::Region;
        pub use runtime::*;
    };
    print::rust("src/lib.rs", "client.yaml", tokens)
}
