-- Vestibule's gate as an HAProxy action: asks `/gate/forward` about a request, and lets it through on a 200 and nothing
-- else. Whatever else the gate says is the client's answer. Nothing in here is yours to change.

local gate = os.getenv("VESTIBULE_GATE")
local site = os.getenv("VESTIBULE_SITE")
local host = os.getenv("VESTIBULE_HOST")
-- Milliseconds. A gate that is slower than this is none. HAProxy asks four times in all before it gives up.
local patience = 1250

-- Who it is, from the answer to this very request and from nowhere else.
local identity = {
    "x-vestibule-user", "x-vestibule-email", "x-vestibule-groups", "x-vestibule-organization", "x-vestibule-identity",
}

-- What is about the connection to the gate and not for the client.
local hop_by_hop = {
    ["connection"] = true, ["keep-alive"] = true, ["content-length"] = true, ["transfer-encoding"] = true,
    ["date"] = true, ["server"] = true, ["trailer"] = true, ["upgrade"] = true,
}

-- The page for people, the JSON for programs, when the gate does not answer.
local page = [[<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Sign-in is not available</title></head>
<body><main><h1>Sign-in is not available right now</h1>
<p>The portal is closed until it is back. Nothing was sent. Please try again in a minute.</p></main></body>
</html>
]]
local json = '{"error":"gate_unavailable","message":"Sign-in is not available right now. Nothing was sent."}\n'

local function unavailable(txn, accept)
    local is_page = accept:lower():find("text/html", 1, true)
    local reply = txn:reply({ status = 503 })
    reply:add_header("Content-Type", is_page and "text/html; charset=utf-8" or "application/json")
    reply:add_header("Retry-After", "5")
    reply:add_header("Cache-Control", "no-store")
    reply:add_header("X-Content-Type-Options", "nosniff")
    reply:add_header("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
    reply:set_body(is_page and page or json)
    txn:done(reply)
end

-- The lines of one header in their order; the tables of HAProxy begin at 0.
local function ordered(lines)
    local all, position = {}, 0
    while lines and lines[position] do
        all[#all + 1] = lines[position]
        position = position + 1
    end
    return all
end

-- Several lines of one header as one.
local function joined(lines, separator) return lines and table.concat(ordered(lines), separator) end

-- JSM has no use for our cookies, and whoever can read its logs, its plugins or its memory must find no session in them.
-- What might still be taken for one of ours after the cut was made by hand: then JSM gets no cookie at all.
local function without_ours(cookies)
    local kept = {}
    for pair in cookies:gmatch("[^;]+") do
        pair = pair:match("^%s*(.-)%s*$")
        local name = pair:match("^[^=]*"):match("^(.-)%s*$"):gsub("^__Host%-", "")
        if pair ~= "" and name ~= "vestibule" and name:sub(1, 10) ~= "vestibule-" then kept[#kept + 1] = pair end
    end
    local rest = table.concat(kept, "; ")
    if rest == "" then return nil end
    for name in rest:gmatch("([%w_%-]+)%s*=") do
        name = name:gsub("^__Host%-", "")
        if name == "vestibule" or name:sub(1, 10) == "vestibule-" then return nil end
    end
    return rest
end

-- HAProxy makes up an answer of its own, 503 or 504, where there is none; the gate tells when to come back.
local function is_said_by_gate(answer)
    local status = answer.status or 0
    return status >= 200 and (status < 500 or status == 503 and (answer.headers or {})["retry-after"] ~= nil)
end

local function refuse(txn, answer)
    local reply = txn:reply({ status = answer.status })
    for name, lines in pairs(answer.headers or {}) do
        if not hop_by_hop[name:lower()] then
            for _, line in ipairs(ordered(lines)) do reply:add_header(name, line) end
        end
    end
    reply:set_body(answer.body or "")
    txn:done(reply)
end

local function pass(txn, answer, cookies)
    local said = answer.headers or {}
    for _, name in ipairs(identity) do
        local value = joined(said[name], ", ")
        if value then txn.http:req_set_header(name, value) end
    end
    txn.http:req_del_header("cookie")
    -- A public path is open to whoever comes: there, JSM must not know anybody by a session of its own. Staff and programs
    -- that the gate lets through without a session of ours have one at JSM.
    local knows = said["x-vestibule-user"] or joined(said["x-vestibule-portal-session"]) == "own"
    local kept = knows and without_ours(cookies)
    if kept then txn.http:req_set_header("cookie", kept) end
    -- The gate sets one cookie and never two.
    local renewal = said["set-cookie"] and said["set-cookie"][0]
    if renewal then txn:set_var("txn.vestibule_renewal", renewal) end
    txn:set_var("txn.vestibule_pass", "yes")
end

core.register_action("vestibule_gate", { "http-req" }, function(txn)
    local asked = txn.http:req_get_headers()
    local accept, cookies = joined(asked["accept"], ", ") or "", joined(asked["cookie"], "; ") or ""
    -- The question: nothing of the client's but what the gate asks for, and no body, so that a refused upload never gets
    -- anywhere. What it is about is what HAProxy itself read off the wire, and what JSM would get.
    local question = {
        ["host"] = { host },
        ["accept"] = { accept },
        ["x-vestibule-site"] = { site },
        ["x-vestibule-client"] = { txn.f:src() },
        ["x-forwarded-method"] = { txn.f:method() },
        ["x-forwarded-uri"] = { txn.f:pathq() },
    }
    if cookies ~= "" then question["cookie"] = { cookies } end
    for _, name in ipairs({ "authorization", "accept-language" }) do
        if asked[name] then question[name] = ordered(asked[name]) end
    end
    local asks, answer = pcall(function()
        return core.httpclient():get({
            url = "http://" .. host .. "/gate/forward", dst = gate, headers = question, timeout = patience,
        })
    end)
    if not asks or not answer or not is_said_by_gate(answer) then return unavailable(txn, accept) end
    if answer.status ~= 200 then return refuse(txn, answer) end
    pass(txn, answer, cookies)
end)
