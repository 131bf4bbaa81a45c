//! `.pages()` and `.items()` on the request builder of an operation that pages. Pure.
//!
//! `.items()` needs a described model; an opaque answer has `.pages()` only.

use crate::names;
use crate::plan::{OperationPlan, Plan};
use crate::rust_type::{ident, owned};
use proc_macro2::TokenStream;
use quote::quote;
use spec::{Api, Paging};

/// The methods, where the operation pages.
pub fn methods(plan: &Plan<'_>, planned: &OperationPlan<'_>) -> Option<TokenStream> {
    let paging = planned.operation.paging.as_ref()?;
    let returns = owned(&planned.operation.returns);
    let value = value(planned, paging);
    let items = item(plan.input.api, planned, paging).map(|(field, item)| {
        quote! {
            /// The items of all pages. Pages are requested as they are needed.
            #[inline]
            pub fn items(self) -> runtime::Items<#returns, #item> {
                self.pages().items(|page| page.#field.unwrap_or_default())
            }
        }
    });
    Some(quote! {
        /// The pages, beginning with the one that is set. They are requested as they are needed.
        #[inline]
        pub fn pages(self) -> runtime::Pages<#returns> {
            runtime::Pages::new(self.0, #value)
        }
        #items
    })
}

fn value(planned: &OperationPlan<'_>, paging: &Paging) -> TokenStream {
    let Paging {
        style,
        parameter,
        location,
        next,
        items,
    } = paging;
    let style = ident(style.as_str());
    let in_body = location.is_body();
    let mut parameters = planned.operation.parameters.iter();
    let sent = parameters.find(|it| !in_body && it.name == *parameter);
    let wire = sent.map_or(parameter.as_str(), |sent| sent.wire_name());
    let in_body = in_body.then(|| quote!(.in_body()));
    quote!(runtime::Paging::#style(#wire, #next, #items)#in_body)
}

/// The field of the answer with the items, and their type.
pub fn item(
    api: &Api,
    planned: &OperationPlan<'_>,
    paging: &Paging,
) -> Option<(proc_macro2::Ident, TokenStream)> {
    let name = planned.operation.returns.own_model()?;
    let fields = &api.models.get(name)?.fields;
    let position = fields
        .iter()
        .position(|field| field.wire_name() == paging.items)?;
    let item = fields[position].ty.element()?;
    let names = names::fields(fields);
    Some((ident(&names[position]), owned(item)))
}
