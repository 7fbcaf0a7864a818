//! Groups of products.

use futures::future::BoxFuture;
use retm_types::{Group, Listing, Problems, Product};

use super::{get, list, member_of, no_products, paged};
use crate::business::Business;
use crate::error::{Captured, Error};
use crate::list::{Decodes, List};
use crate::request::{Request, check_id};
use crate::transport::{built, decode, decode_strict, with_elements};

/// Groups of products.
#[derive(Clone, Debug)]
pub struct Groups(pub(super) Business);

impl Groups {
    /// Lists the groups (`list_groups`; exists: documented, the rest assumed).
    pub fn list(&self) -> List<Group> {
        list!(&self.0, list_groups)
    }

    /// Returns one group with the first page of its products (`get_group`, documented path, body assumed like a category's).
    /// [`products`](Self::products) pages through all of them.
    pub fn get(&self, id: impl ToString) -> Request<String, Group> {
        get!(&self.0, get_group, id)
    }

    /// Returns one group, or `None` where there is none.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get), but for a group that does not exist.
    pub fn get_opt(&self, id: impl ToString) -> BoxFuture<'static, Result<Option<Group>, Error>> {
        Box::pin(self.get(id).optional())
    }

    /// Lists the products of one group (`get_group`, documented path, body assumed like a category's), page by page like any list.
    pub fn products(&self, id: impl ToString) -> List<Product, String> {
        List::new(
            &self.0,
            "get_group",
            id.to_string(),
            |client, id, paging| {
                check_id(&id)?;
                built(paged!(client.get_group().id(id), paging).request())
            },
            Decodes {
                plain: listed,
                strict: |captured, problems| {
                    products(decode_strict(captured, problems)?)
                        .ok_or_else(|| no_products(captured))
                },
                raw: Some(|captured, problems| {
                    let text = member_of(captured, "products");
                    Ok(with_elements(listed(captured, problems)?, text.as_bytes()))
                }),
            },
        )
    }
}

fn listed(captured: &Captured, problems: &mut Problems) -> Result<Listing<Product>, Error> {
    products(decode(captured, problems)?).ok_or_else(|| no_products(captured))
}

/// Its products; `None` if the answer shows neither products nor a group.
fn products(group: Group) -> Option<Listing<Product>> {
    let empty = group.id.map(|_| Listing::default());
    group.products.or(empty)
}
