//! Enums of documented values. [`Open`] keeps other values too.
//!
//! [`Open`]: ../runtime/src/model/open_enum.rs

use crate::doc::{Doc, code};
use crate::names::Scope;
use crate::rust_type::ident;
use proc_macro2::TokenStream;
use quote::quote;
use spec::Scalar;

/// The variants of the enum of documented values: the text on the wire, and the name.
pub fn variants(values: &[Scalar]) -> Vec<(String, String)> {
    let mut texts: Vec<String> = Vec::new();
    for value in values {
        let text = value.to_string();
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    let names = Scope::new(&[]).types(texts.iter().map(String::as_str));
    texts.into_iter().zip(names).collect()
}

/// An enum of that name. The runtime's module `model` must be in scope.
pub fn documented(name: &str, doc: &Doc, values: &[Scalar]) -> TokenStream {
    let (texts, variants): (Vec<String>, Vec<String>) = variants(values).into_iter().unzip();
    let variants: Vec<_> = variants.iter().map(|name| ident(name)).collect();
    let docs = texts.iter().map(|text| Doc::new().line(code(text)).clone());
    let name = ident(name);
    quote! {
        #doc
        #[non_exhaustive]
        pub enum #name {
            #(#docs #variants,)*
        }
        model::values!(#name { #(#variants #texts),* });
    }
}

#[cfg(test)]
mod tests {
    use super::variants;
    use spec::Scalar;

    #[test]
    fn texts_that_differ_in_case_alone_are_variants_of_their_own() {
        let values = ["asc", "ASC", "Asc", "asc"].map(|text| Scalar::String(text.to_owned()));
        let (texts, mut names): (Vec<String>, Vec<String>) = variants(&values).into_iter().unzip();
        assert_eq!(texts, ["asc", "ASC", "Asc"]);
        names.sort();
        names.dedup();
        assert_eq!(names.len(), 3, "{names:?}");
    }
}
