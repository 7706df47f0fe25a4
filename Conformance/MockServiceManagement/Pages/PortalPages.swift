// SPDX-License-Identifier: Apache-2.0

import MockServer

/// The pages of the portal.
///
/// Each takes what it shows and gives HTML; none looks anything up.
struct PortalPages {
    let frame: PageFrame

    func portals(_ portals: [Portal]) -> HTML {
        frame.page(
            "How can we help?", lead: "Choose a desk, or look at the requests you have raised.",
            """
            <div class="cards">
            \(HTML.each(portals) { portal in
                """
                <a class="card" href="\(frame.base)/servicedesk/customer/portal/\(portal.id)">\
                <span class="tag">\(portal.projectKey)</span><h2>\(portal.name)</h2><p>\(portal.summary)</p></a>
                """
            })
            </div>
            """)
    }

    func portal(_ portal: Portal) -> HTML {
        frame.page(
            portal.name, lead: portal.summary,
            """
            <div class="list">
            \(HTML.each(portal.requestTypes) { type in
                """
                <a class="row" href="\(frame.base)/servicedesk/customer/portal/\(portal.id)/create/\(type.id)">\
                <strong>\(type.name)</strong><span>\(type.help)</span></a>
                """
            })
            </div>
            """)
    }

    func create(_ type: Portal.RequestType, in portal: Portal, token: String, problem: String? = nil) -> HTML {
        frame.page(
            type.name, lead: type.help,
            """
            <form class="panel" method="post" \
            action="\(frame.base)/servicedesk/customer/portal/\(portal.id)/create/\(type.id)">
            \(problem.map { "<p class=\"problem\" role=\"alert\">\($0)</p>" as HTML } ?? "")
            <input type="hidden" name="atl_token" value="\(token)">
            <label for="summary">Summary</label>
            <input id="summary" name="summary" required maxlength="255" autocomplete="off">
            <label for="description">What happened?</label>
            <textarea id="description" name="description" rows="7"></textarea>
            <p class="note">\(frame.visitor == nil
                ? "You are not signed in. Your request will be raised anonymously."
                : "We will answer to the address you are signed in with.")</p>
            <button>Send</button> \
            <a class="quiet" href="\(frame.base)/servicedesk/customer/portal/\(portal.id)">Cancel</a>
            </form>
            """)
    }

    func request(_ ticket: Ticket, in portal: Portal) -> HTML {
        frame.page(
            ticket.summary, lead: "\(ticket.key) in \(portal.name)",
            """
            <article class="panel">
            <p><span class="status">Waiting for support</span></p>
            <p class="body">\(ticket.description.isEmpty ? "No description was given." : ticket.description)</p>
            <p class="note">Raised by \(ticket.reporter ?? "an anonymous visitor")</p>
            </article>
            """)
    }

    func requests(_ tickets: [Ticket]) -> HTML {
        frame.page(
            "My requests",
            tickets.isEmpty
                ? "<p class=\"panel\">Nothing here yet.</p>"
                : """
                <div class="list">
                \(HTML.each(tickets) { ticket in
                    """
                    <a class="row" href="\(frame.base)/servicedesk/customer/portal/\(ticket.portal)/\(ticket.key)">\
                    <strong>\(ticket.summary)</strong><span>\(ticket.key)</span></a>
                    """
                })
                </div>
                """)
    }

    func login() -> HTML {
        frame.page(
            "Log in", lead: "The portal's own password form, which a single sign-on portal should not show.",
            """
            <form class="panel narrow" method="post" action="\(frame.base)/login.jsp">
            <label for="os_username">E-mail address</label><input id="os_username" name="os_username" type="email">
            <label for="os_password">Password</label><input id="os_password" name="os_password" type="password">
            <button>Log in</button> \
            <a class="quiet" href="\(frame.base)/servicedesk/customer/user/signup">Sign up for an account</a>
            </form>
            """)
    }

    func signup() -> HTML {
        frame.page(
            "Sign up", lead: "Anyone can, which is how the spam comes in.",
            """
            <form class="panel narrow" method="post" action="\(frame.base)/servicedesk/customer/user/signup">
            <label for="email">E-mail address</label><input id="email" name="email" type="email" required>
            <label for="fullname">Full name</label><input id="fullname" name="fullname">
            <button>Sign up</button>
            </form>
            """)
    }

    func message(_ title: String, _ text: String) -> HTML {
        frame.page(title, "<p class=\"panel\">\(text)</p>")
    }
}
