//! A crate that calls every operation of the rendered client, to compare its requests with those of
//! other clients. Pure.
//!
//! There is one function per operation, and it reads its arguments as JSON at run time. So a thousand
//! operations, each called in twenty ways, compile as a thousand functions. The fixed part is a Rust
//! file, which is copied like the runtime.

use crate::argument;
use crate::plan::RenderInput;
use crate::plan::{OperationPlan, PagePlan, ParameterPlan, plan};
use crate::print::{self, RenderedFile};
use crate::rust_type::{ident, owned};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use spec::Type;

const MAIN: &str = include_str!("harness/main.rs");

/// Renders the crate; the client is to stand in its folder `client`. The calls are numbered by the
/// operations' order in the API.
pub fn render_harness(input: &RenderInput<'_>) -> Vec<RenderedFile> {
    let source = "the spec folder";
    vec![
        print::text(
            "Cargo.toml",
            "#",
            source,
            &manifest(&input.client.krate.name),
        ),
        print::rust("src/calls.rs", source, calls(input)),
        print::text("src/main.rs", "//", "templates/src/harness/main.rs", MAIN),
    ]
}

/// A workspace of its own: the folder may stand below another workspace's.
fn manifest(client: &str) -> String {
    format!(
        "\n[package]\nname = \"conformance-harness\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\
         publish = false\n\n[workspace]\n\n[dependencies]\n\
         client = {{ package = \"{client}\", path = \"client\", features = [\"full\"] }}\n\
         jiff = {{ version = \"1\", features = [\"serde\"] }}\n\
         serde = {{ version = \"1\", features = [\"derive\"] }}\n\
         serde_json = \"1\"\n\
         tokio = {{ version = \"1\", features = [\"rt-multi-thread\"] }}\n\n\
         [profile.dev]\ndebug = \"line-tables-only\"\n"
    )
}

fn calls(input: &RenderInput<'_>) -> TokenStream {
    let plan = plan(input);
    let all = || {
        let pages = plan.pages.iter();
        pages.flat_map(|page| {
            page.operations
                .iter()
                .map(move |operation| (page, operation))
        })
    };
    let names: Vec<_> = (0..all().count())
        .map(|number| format_ident!("call_{number}"))
        .collect();
    let functions = all().zip(&names).map(|((page, operation), name)| {
        let body = body(page, operation);
        quote! {
            fn #name(case: &Case) -> Result<Sent, String> { #body }
        }
    });
    let models = all().any(|(_, planned)| {
        let parameters = planned.parameters.iter();
        parameters
            .into_iter()
            .any(|plan| plan.parameter.ty.model().is_some())
    });
    let models = models.then(|| {
        quote!(
            use client::models;
        )
    });
    quote! {
        #![allow(deprecated, reason = "deprecated operations are called too")]

        use crate::{CASE_HEADER, Case, Sent, sent};
        #models

        /// By the operation's number.
        pub const CALLS: &[fn(&Case) -> Result<Sent, String>] = &[#(#names),*];

        #(#functions)*
    }
}

fn body(page: &PagePlan<'_>, planned: &OperationPlan<'_>) -> TokenStream {
    let handle = ident(&page.module);
    let method = ident(&planned.method);
    let required = planned.required().map(|plan| {
        let (name, ty) = (&plan.parameter.name, read_type(plan));
        passed(plan, &quote!(case.required::<#ty>(#name)?))
    });
    let optional = planned.optional().map(|plan| {
        let (name, ty, setter) = (&plan.parameter.name, read_type(plan), ident(&plan.name));
        let value = passed(plan, &quote!(value));
        quote! {
            let call = match case.optional::<#ty>(#name)? {
                Some(value) => call.#setter(#value),
                None => call,
            };
        }
    });
    quote! {
        let call = case.client.#handle().#method(#(#required),*);
        #(#optional)*
        Ok(sent(call.header(CASE_HEADER, &case.key).send()))
    }
}

/// The type as which an argument is read, so that it can be passed to the signature.
fn read_type(plan: &ParameterPlan<'_>) -> TokenStream {
    let parameter = plan.parameter;
    let (is_list, one) = (parameter.ty.is_list(), parameter.ty.of_one_value());
    let one = match one {
        Type::Number if !parameter.location.is_body() => quote!(crate::NumberArgument),
        Type::String
        | Type::Integer
        | Type::Number
        | Type::Boolean
        | Type::Date
        | Type::DateTime
        | Type::Object
        | Type::Void
        | Type::Model(_)
        | Type::Array(_)
        | Type::Map(_) => owned(one),
    };
    if is_list { quote!(Vec<#one>) } else { one }
}

/// The read value in the form of the signature. Open enums are made from their text.
fn passed(plan: &ParameterPlan<'_>, value: &TokenStream) -> TokenStream {
    let is_by_reference = argument::signature_type(plan).to_string().starts_with('&');
    match (plan.values.is_some(), is_by_reference) {
        (true, true) => quote!(&crate::texts(&#value)),
        (true, false) => quote!(&*#value),
        (false, true) => quote!(&#value),
        (false, false) => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const IR: &str = "format: 1\napi: AApi\nbase_url: https://x\noperations:\n\
        - id: putX\n  method: PUT\n  path: /x/{a}/{n}\n  parameters:\n  \
        - { name: a, in: path, type: string, required: true }\n  \
        - { name: n, in: path, type: number, required: true }\n  \
        - { name: ids, in: query, type: [string] }\n  \
        - { name: counts, in: query, type: [number] }\n  \
        - { name: state, in: query, type: string, values: [open, closed] }\n  \
        - { name: states, in: query, type: [string], values: [open, closed] }\n  \
        - { name: since, in: query, type: date-time }\n  \
        - { name: body, in: body, type: M, required: true }\n  returns: M\n\
        - id: postX\n  method: POST\n  path: /x\n  parameters:\n  \
        - { name: numbers, in: body, type: [number], required: true }\n  returns: void\n";
    const MODELS: &str = "format: 1\nmodels:\n- name: M\n  opaque: true\n";
    const CLIENT: &str = "crate: { name: a-b, version: 1.0.0, title: A, description: A, license: MIT }\n\
        regions: []\noauth: { token_path: /t, authorize_path: /a }\n";

    #[test]
    fn calls_of_every_kind_of_parameter() {
        let api = spec::Api {
            pages: vec![spec::yaml::parse_page(IR).expect("an IR")],
            models: spec::yaml::parse_models(MODELS).expect("an IR"),
            topics: Vec::new(),
        };
        let files = render_harness(&RenderInput {
            api: &api,
            client: &spec::yaml::parse_client(CLIENT).expect("a configuration"),
            renamed: &[],
            docs_version: None,
        });
        for file in &files {
            let first = file.text.lines().next().unwrap_or_default();
            assert!(first.contains(spec::yaml::GENERATED_MARK), "{first}");
        }
        let named = |path: &str| files.iter().find(|file| file.path == path);
        insta::assert_snapshot!(named("src/calls.rs").expect("the calls").text);
        let manifest = &named("Cargo.toml").expect("a manifest").text;
        assert!(manifest.contains("package = \"a-b\""), "{manifest}");
    }
}
