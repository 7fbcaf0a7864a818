//! The menu.

use retm_types::Menu;

use crate::business::Business;
use crate::request::Request;
use crate::transport::built;

/// The menu of a business.
#[derive(Clone, Debug)]
pub struct MenuResource(pub(super) Business);

impl MenuResource {
    /// The whole menu (`get_menu`; exists: documented, the rest assumed; not paged).
    pub fn get(&self) -> Request<(), Menu> {
        Request::read(&self.0, "get_menu", (), |client, ()| {
            built(client.get_menu().request())
        })
    }
}
