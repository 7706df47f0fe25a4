// SPDX-License-Identifier: Apache-2.0

extension AnonymousCorpus {
    /// What bots try, each for a portal and a request type of it.
    static let ways: [Way] = [
        create, legacyCreate, apiRequest, models, signUp, signUpCall, password, passwordCall, passwordInQuery, widget,
        upload, trick, trick, asset, call, page, mailLink, comment, otherMethod,
    ]

    private static let form = PortalForms.form
    private static let json = PortalForms.json

    private static func spam(_ index: Int, _ draws: inout Draws) -> String {
        let texts = [
            "buy+now", "cheap+pills", "casino", "https%3A%2F%2Fspam.example", "%F0%9F%92%B0", "a", "%3Cscript%3E",
        ]
        return "summary=\(draws.one(of: texts))+\(index)&description=\(draws.one(of: texts))"
    }

    private static let create: Way = { names, type, index, draws in
        Draft(
            path: "/servicedesk/customer/portal/\(names.portal)/create/\(type)" + draws.one(of: ["", "/", "?a=b"]),
            headers: form, body: spam(index, &draws) + draws.one(of: ["", "&atl_token=t", "&projectId=10300"]))
    }

    private static let legacyCreate: Way = { names, type, index, draws in
        Draft(
            path: "/plugins/servlet/desk/portal/\(names.portal)/create/\(type)", headers: form,
            body: spam(index, &draws))
    }

    private static let apiRequest: Way = { names, type, index, draws in
        let extra = draws.one(of: ["", #","raiseOnBehalfOf":"admin""#, #","channel":"anonymous""#])
        return Draft(
            path: "/rest/servicedeskapi/request" + draws.one(of: ["", "", "/validate"]),
            headers: json + [.init("X-ExperimentalApi", "opt-in")],
            body: "{\"serviceDeskId\":\"\(names.serviceDesk)\",\"requestTypeId\":\"\(type)\","
                + "\"requestFieldValues\":{\"summary\":\"spam \(index)\"}\(extra)}")
    }

    private static let models: Way = { names, type, index, draws in
        let models = draws.one(of: ["\"portal\",\"reqCreate\"", "\"sharedPortal\"", "\"user\",\"organisations\""])
        return Draft(
            path: "/rest/servicedesk/1/customer/models", headers: json,
            body: "{\"models\":[\(models)],\"options\":{\"portalId\":\(names.portal),\"reqCreate\":{\"id\":\(type)}}}")
    }

    private static let signUp: Way = { names, _, index, draws in
        let base = draws.one(of: ["/servicedesk/customer", "/servicedesk/customer/portal/\(names.portal)"])
        return Draft(
            path: base + "/user/signup", headers: form, body: "email=bot\(index)%40spam.example&fullname=Bot&password=x"
        )
    }

    private static let signUpCall: Way = { names, _, index, draws in
        let calls = [
            ("/rest/servicedesk/1/customer/pages/user/signup", "{\"email\":\"bot\(index)@spam.example\"}"),
            ("/rest/servicedeskapi/customer", "{\"email\":\"bot\(index)@spam.example\",\"displayName\":\"Bot\"}"),
            ("/rest/servicedeskapi/servicedesk/\(names.serviceDesk)/customer", "{\"usernames\":[\"bot\(index)\"]}"),
            ("/secure/Signup.jspa", "username=bot\(index)"), ("/rest/api/2/user", "{\"name\":\"bot\(index)\"}"),
        ]
        let (path, body) = draws.one(of: calls)
        return Draft(path: path, headers: body.hasPrefix("{") ? json : form, body: body)
    }

    private static let password: Way = { _, _, index, draws in
        Draft(
            path: draws.one(of: ["/servicedesk/customer/user/login", "/login.jsp", "/login.jsp?auth_fallback"]),
            headers: form, body: "os_username=bot\(index)&os_password=guess&os_destination=")
    }

    private static let passwordCall: Way = { _, _, index, draws in
        Draft(
            path: draws.one(of: [
                "/rest/tsv/1.0/authenticate?os_authType=none", "/rest/auth/1/session", "/rest/auth/latest/session",
            ]), headers: json, body: "{\"username\":\"bot\(index)\",\"password\":\"guess\"}")
    }

    private static let passwordInQuery: Way = { names, type, index, draws in
        Draft(
            method: draws.one(of: ["GET", "POST"]),
            path:
                "/servicedesk/customer/portal/\(names.portal)/create/\(type)?os_username=bot\(index)&os_password=guess",
            headers: form, body: nil)
    }

    private static let widget: Way = { names, type, index, draws in
        let key = String(draws.next(), radix: 16)
        let path = draws.one(of: [
            "/api/embeddable/\(key)/request?requestTypeId=\(type)", "/rest/jsd-widget/1.0/public/request",
            "/rest/servicedesk/1/customer/portal/\(names.portal)/request-type/\(type)/request",
            "/jsd-widget/api/embeddable/\(key)/request?requestTypeId=\(type)",
            "/rest/servicedesk/1/embeddable/\(key)/request",
        ])
        return Draft(path: path, headers: json, body: "{\"summary\":\"spam \(index)\",\"email\":\"bot@spam.example\"}")
    }

    private static let upload: Way = { names, _, index, draws in
        let path = draws.one(of: [
            "/api/embeddable/\(String(draws.next(), radix: 16))/upload",
            "/rest/servicedeskapi/servicedesk/\(names.serviceDesk)/attachTemporaryFile",
            "/rest/servicedesk/1/customer/attachment/portal/\(names.portal)",
        ])
        return Draft(
            path: path,
            headers: [
                .init("Content-Type", "multipart/form-data; boundary=b"), .init("X-Atlassian-Token", "no-check"),
            ],
            body:
                "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\(index).txt\"\r\n\r\nspam\r\n--b--\r\n"
        )
    }

    private static let asset: Way = { names, type, index, draws in
        let page = draws.one(of: [
            "servicedesk/customer/portal/\(names.portal)/create/\(type)", "rest/servicedeskapi/request",
            "servicedesk/customer/user/signup", "rest/servicedesk/1/customer/models",
        ])
        // JSM forwards what stands behind the underscore.
        return Draft(
            path: draws.one(of: ["/s/x/_/", "/s/\(index)-CDN/1/_/", "/s/a/_/s/b/_/", "/static/", "/images/"]) + page,
            headers: form, body: spam(index, &draws))
    }

    private static let call: Way = { names, _, index, draws in
        let (path, body) = draws.one(of: [
            (
                "/rest/api/2/issue",
                "{\"fields\":{\"project\":{\"key\":\"\(names.project)\"},\"summary\":\"spam \(index)\"}}"
            ),
            ("/rest/api/3/issue", "{\"fields\":{\"summary\":\"spam \(index)\"}}"),
            ("/rest/servicedeskapi/organization", "{\"name\":\"Bots \(index)\"}"),
            ("/rest/collectors/1.0/template/feedback/\(index)", "summary=spam"),
            ("/secure/CreateIssueDetails.jspa", "pid=10300&summary=spam+\(index)"),
            ("/secure/ContactAdministrators.jspa", "subject=spam&details=\(index)"),
        ])
        return Draft(path: path, headers: body.hasPrefix("{") ? json : form, body: body)
    }

    private static let page: Way = { names, type, index, draws in
        Draft(
            method: draws.one(of: ["GET", "HEAD", "OPTIONS"]),
            path: draws.one(of: [
                "/servicedesk/customer/portals", "/servicedesk/customer/portal/\(names.portal)",
                "/servicedesk/customer/portal/\(names.portal)/create/\(type)",
                "/servicedesk/customer/portal/\(names.portal)/\(names.project)-\(index % 900 + 1)",
                "/rest/servicedeskapi/servicedesk", "/rest/servicedeskapi/portals", "/browse/\(names.project)-1",
                "/rest/servicedesk/1/customer/portal/\(names.portal)/user-search?query=a", "/secure/Dashboard.jspa",
            ]))
    }

    private static let mailLink: Way = { names, _, index, draws in
        let base = "/servicedesk/customer/portal/\(names.portal)"
        return Draft(
            method: "GET",
            path: draws.one(of: [
                "\(base)/\(names.project)-1/unsubscribe?jwt=",
                "\(base)/\(names.project)-1/unsubscribe?jwt=e30.e30.e30&a=b",
                "\(base)/\(names.project)-1/feedback?token=\(index)&rating=6",
                "\(base)/create/25/unsubscribe?jwt=e30.e30.e30",
                "\(base)/\(names.project)-1/unsubscribe", "/servicedesk/customer/user/visitportal?token=\(index)",
            ]))
    }

    private static let comment: Way = { names, _, index, draws in
        let key = "\(names.project)-\(index % 50 + 1)"
        let (path, body) = draws.one(of: [
            (
                "/rest/servicedesk/1/servicedesk/customer/comment",
                "{\"issueId\":\"\(10_000 + index)\",\"body\":\"spam\"}"
            ),
            ("/rest/servicedeskapi/request/\(key)/comment", "{\"body\":\"spam\",\"public\":true}"),
            ("/rest/servicedesk/1/customer/participants/\(key)/share", "{\"emails\":[\"bot@spam.example\"]}"),
        ])
        return Draft(path: path, headers: json, body: body)
    }

    private static let otherMethod: Way = { names, type, index, draws in
        Draft(
            method: draws.one(of: ["PUT", "PATCH", "DELETE", "PROPFIND", "post", "TRACK", "X-POST"]),
            path: draws.one(of: [
                "/servicedesk/customer/portal/\(names.portal)/create/\(type)", "/rest/servicedeskapi/request",
            ]), headers: form, body: spam(index, &draws))
    }

    // MARK: Targets that can be read in two ways

    /// `#` stands for the way to the form that makes a request.
    private static let tricks = [
        "/vestibule/..#", "/vestibule/..;#", "/vestibule/assets/..;/..;#", "/vestibule/%2e%2e#", "/vestibule/..%2f..#",
        "/#", "/.#", "#;.css", "#;jsessionid=1", "#%3f.css", "#?/vestibule/assets/vestibule.css", "#%23/vestibule/",
        "#%00", "#%20", "#.", "/healthz/..;#", "/.well-known/..;#", "/gate/nginx/../..#", "/s/x/_/../../..#",
        "http://portal.localhost#", "#%0d%0aX-Vestibule-User:%20c_admin", "/vestibule/..%5c..#", "#/%2e", "#//",
        "/SERVICEDESK/..#", "/vestibule/..%252f..#", "#?x=%0a", "/%c0%ae%c0%ae#",
    ]

    private static let trick: Way = { names, type, index, draws in
        let base = draws.one(of: ["/servicedesk/customer", "/plugins/servlet/desk"])
        var path = "\(base)/portal/\(names.portal)/create/\(type)"
        switch index % 4 {
        case 0: path = path.replacing("/customer/", with: "/customer;a=b/").replacing("/desk/", with: "/desk//")
        case 1: path = path.replacing("/s", with: "/%73")
        default: break
        }
        return Draft(path: draws.one(of: tricks).replacing("#", with: path), headers: form, body: spam(index, &draws))
    }
}
