// A list of rules, as the lines at the end have it: names, names with all below them, what is below names, parts of
// names, the same where they may not begin with the first dot, lengths of parts, regular expressions, and whether there
// are rules that cannot be said here.
function list(names, trees, below, parts, inner, lengths, patterns, more) {
  return { names: set(names), trees: set(trees), below: set(below), parts: set(parts), inner: set(inner),
    lengths: lengths, patterns: patterns, more: more };
}

function words(text) {
  return text == "" ? [] : text.split(" ");
}

// With a dot before each, so that none of them is the name of something that every object has.
function set(text) {
  var all = words(text), found = {};
  for (var i = 0; i < all.length; i++) found["." + all[i]] = true;
  return found;
}

function has(list, name) {
  var dotted = "." + name, marked = "\x01" + dotted + "\x02", at = 0, i, j, piece;
  if (list.names[dotted] || list.trees[dotted]) return true;
  while ((at = dotted.indexOf(".", at + 1)) > 0) {
    piece = dotted.substr(at);
    if (list.trees[piece] || list.below[piece]) return true;
  }
  for (i = 0; list.lengths.length && i < marked.length; i++) {
    for (j = 0; j < list.lengths.length; j++) {
      piece = "." + marked.substr(i, list.lengths[j]);
      if (list.parts[piece] || (i > 1 && list.inner[piece])) return true;
    }
  }
  for (i = 0; i < list.patterns.length; i++) if (list.patterns[i].test(name)) return true;
  return list.more;
}

function isLocal(name) {
  return name.indexOf(".") < 0 || /\.(localhost|local|internal|home\.arpa)$/.test(name);
}

function isDirect(name) {
  if (has(OWN_PROXY, name)) return false;
  if (has(OWN_BYPASS, name)) return true;
  if (has(BLOCK, name) || (BLOCK_BY_DEFAULT && !has(ALLOW, name))) return false;
  if (has(PROXY, name)) return false;
  return has(BYPASS, name) || DIRECT_BY_DEFAULT || (LOCAL_DIRECT && isLocal(name));
}

// The hexadecimal digits of an IPv4 address; "" for what is none.
function v4(text) {
  var parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text), out = "";
  if (!parts) return "";
  for (var i = 1; i < 5; i++) {
    if (parts[i] > 255 || String(Number(parts[i])) != parts[i]) return "";
    out += ("0" + Number(parts[i]).toString(16)).slice(-2);
  }
  return out;
}

// The same of an IPv6 address.
function v6(text) {
  var end = /^(.*:)([\d.]*\.[\d.]*)$/.exec(text), last = end && v4(end[2]);
  if (end && !last) return "";
  if (end) text = end[1] + last.substr(0, 4) + ":" + last.substr(4);
  var halves = text.split("::"), head = groups(halves[0]), tail = halves.length > 1 ? groups(halves[1]) : "";
  if (halves.length > 2 || head == null || tail == null) return "";
  var missing = 32 - head.length - tail.length;
  if (halves.length > 1 ? missing < 4 : missing != 0) return "";
  while (missing-- > 0) head += "0";
  return head + tail;
}

function groups(text) {
  if (text == "") return "";
  var parts = text.split(":"), out = "";
  for (var i = 0; i < parts.length; i++) {
    if (!/^[0-9a-f]{1,4}$/.test(parts[i])) return null;
    out += ("000" + parts[i]).slice(-4);
  }
  return out;
}

// Whether an odd number of bounds lies at or before the address. Bounds have no zeros at their ends.
function inside(bounds, address) {
  var low = 0, high = bounds.length;
  while (low < high) {
    var middle = (low + high) >> 1;
    if (bounds[middle] <= address) low = middle + 1;
    else high = middle;
  }
  return low % 2 == 1;
}

function goesDirectly(host) {
  if (host == "") return true;
  if (host.length > 254 || /[^!-~]/.test(host)) return false;
  host = host.toLowerCase().replace(/\.$/, "").replace(/^\[(.*)\]$/, "$1");
  if (host.indexOf(":") >= 0) {
    var long = v6(host);
    if (long.substr(0, 24) == "00000000000000000000ffff") return inside(V4_DIRECT, long.substr(24));
    return long != "" && inside(V6_DIRECT, long);
  }
  var short = v4(host);
  return short == "" ? isDirect(host) : inside(V4_DIRECT, short);
}

function FindProxyForURL(url, host) {
  return goesDirectly(host) ? "DIRECT" : PARASOL;
}
