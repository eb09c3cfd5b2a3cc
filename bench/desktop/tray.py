"""`TrayHost`: the desktop's place for tray icons, and clicks on the icon, as a panel does both over D-Bus.

GLib's D-Bus is called through ctypes: GTK brings it along, while Python's own modules for D-Bus are extra packages."""
import ctypes
import re
import threading
import time
from ctypes import CFUNCTYPE, byref, c_char_p, c_int, c_uint, c_void_p

gio = ctypes.CDLL('libgio-2.0.so.0')


def declare(name, result, *args):
    function = getattr(gio, name)
    function.restype, function.argtypes = result, args
    return function


connect = declare('g_dbus_connection_new_for_address_sync', c_void_p, c_char_p, c_int, c_void_p, c_void_p, c_void_p)
call_sync = declare('g_dbus_connection_call_sync', c_void_p, c_void_p, *[c_char_p] * 4, c_void_p, c_void_p, c_int,
                    c_int, c_void_p, c_void_p)
register = declare('g_dbus_connection_register_object', c_uint, c_void_p, c_char_p, *[c_void_p] * 5)
node_info = declare('g_dbus_node_info_new_for_xml', c_void_p, c_char_p, c_void_p)
interface_info = declare('g_dbus_node_info_lookup_interface', c_void_p, c_void_p, c_char_p)
answer = declare('g_dbus_method_invocation_return_value', None, c_void_p, c_void_p)
parse = declare('g_variant_parse', c_void_p, c_void_p, c_char_p, c_void_p, c_void_p, c_void_p)
printed = declare('g_variant_print', c_void_p, c_void_p, c_int)
unref = declare('g_variant_unref', None, c_void_p)
free = declare('g_free', None, c_void_p)
new_loop = declare('g_main_loop_new', c_void_p, c_void_p, c_int)
run_loop = declare('g_main_loop_run', None, c_void_p)

MESSAGE_BUS_CLIENT = 1 | 8  # G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT, …_MESSAGE_BUS_CONNECTION
PATIENCE_MS = 10_000
METHOD_CALL = CFUNCTYPE(None, c_void_p, *[c_char_p] * 4, c_void_p, c_void_p, c_void_p)
GET_PROPERTY = CFUNCTYPE(c_void_p, c_void_p, *[c_char_p] * 4, c_void_p, c_void_p)

WATCHER = 'org.kde.StatusNotifierWatcher'
ITEM = 'org.kde.StatusNotifierItem'
MENU = 'com.canonical.dbusmenu'
PROPERTIES = {'IsStatusNotifierHostRegistered': ('b', 'true'), 'ProtocolVersion': ('i', '0'),
              'RegisteredStatusNotifierItems': ('as', '@as []')}
INTERFACE = f'''<node><interface name="{WATCHER}">
  <method name="RegisterStatusNotifierItem"><arg type="s" direction="in"/></method>
  <method name="RegisterStatusNotifierHost"><arg type="s" direction="in"/></method>
  {''.join(f'<property name="{name}" type="{kind}" access="read"/>' for name, (kind, _) in PROPERTIES.items())}
</interface></node>'''


class VTable(ctypes.Structure):
    _fields_ = [('method_call', METHOD_CALL), ('get_property', GET_PROPERTY), ('rest', c_void_p * 9)]


class TrayHost:
    """Holds `org.kde.StatusNotifierWatcher` on a bus."""

    def __init__(self, address):
        self.bus = connect(address.encode(), MESSAGE_BUS_CLIENT, None, None, None)
        if not self.bus:
            raise SystemExit('there is no session bus')
        self._came = threading.Condition()
        self._icons = []
        self._vtable = VTable(METHOD_CALL(self._called), GET_PROPERTY(self._asked))
        info = interface_info(node_info(INTERFACE.encode(), None), WATCHER.encode())
        register(self.bus, b'/StatusNotifierWatcher', info, byref(self._vtable), None, None, None)
        threading.Thread(target=run_loop, args=(new_loop(None, False),), daemon=True).start()
        self.call('org.freedesktop.DBus', '/org/freedesktop/DBus', 'org.freedesktop.DBus', 'RequestName',
                  f"('{WATCHER}', uint32 4)")

    def icon_of(self, pid):
        """Waits for this process's icon: its name on the bus, and when it came."""
        def mine():
            return next((icon for icon in self._icons if icon[0].startswith(f'{ITEM}-{pid}-')), None)
        with self._came:
            icon = self._came.wait_for(mine, PATIENCE_MS / 1000)
        if not icon:
            raise SystemExit('no icon came into the tray')
        return icon

    def activate(self, icon):
        """Clicks the icon itself."""
        self.call(icon, '/StatusNotifierItem', ITEM, 'Activate', '(0, 0)')

    def choose(self, icon, label):
        """Clicks a line of the icon's menu."""
        menu = self.call(icon, '/StatusNotifierItem', 'org.freedesktop.DBus.Properties', 'Get', f"('{ITEM}', 'Menu')")
        path = re.search("'(/[^']*)'", menu)[1]
        layout = self.call(icon, path, MENU, 'GetLayout', '(0, -1, @as [])')
        line = re.search(r"\((\d+), \{[^{}]*'label': <'" + re.escape(label) + "'>", layout)
        if not line:
            raise SystemExit(f'the menu has no line {label!r}')
        self.call(icon, path, MENU, 'Event', f"({line[1]}, 'clicked', <''>, uint32 0)")

    def call(self, name, path, interface, method, args):
        """The answer, in GVariant's text format, which `args` is in as well."""
        args = parse(None, args.encode(), None, None, None)
        asked = [text.encode() for text in (name, path, interface, method)]
        reply = call_sync(self.bus, *asked, args, None, 0, PATIENCE_MS, None, None)
        if not reply:
            raise SystemExit(f'{name} does not answer {method}')
        text = printed(reply, False)
        said = ctypes.string_at(text).decode()
        free(text)
        unref(reply)
        return said

    def _called(self, _bus, sender, _path, _interface, method, args, invocation, _data):
        now = time.monotonic()
        answer(invocation, None)
        if method == b'RegisterStatusNotifierItem':
            text = printed(args, False)
            with self._came:
                self._icons.append((ctypes.string_at(text).decode().strip("(),'"), now))
                self._came.notify_all()
            free(text)

    def _asked(self, _bus, _sender, _path, _interface, name, _error, _data):
        return parse(None, PROPERTIES[name.decode()][1].encode(), None, None, None)
