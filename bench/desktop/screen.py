"""`Screen`: what is to be seen on Xvfb's screen, and closing the window there as its title bar would."""
import ctypes
import mmap
import os
import struct
import time
from ctypes import POINTER, Structure, byref, c_char_p, c_int, c_long, c_uint, c_ulong, c_void_p

# Every so many lines are looked at: a look is to cost little of the machine that is being measured.
STEP = 4
BETWEEN_LOOKS = 0.002
# Something is painted when more colours than this are to be seen. The bare screen and an empty window have one each,
# the shades round letters alone are dozens.
FEW_COLOURS = 8


class Screen:
    def __init__(self, desk):
        # the format of xwd: a header of big-endian words, a colour map, the pixels
        file = os.open(os.path.join(desk.home, 'Xvfb_screen0'), os.O_RDONLY)
        self._memory = mmap.mmap(file, 0, prot=mmap.PROT_READ)
        os.close(file)
        header = struct.unpack_from('>25I', self._memory)
        self._line, height, colours = header[12], header[5], header[19]
        start = header[0] + 12 * colours
        self._lines = range(start, start + height * self._line, STEP * self._line)
        self._display = desk.env['DISPLAY']

    def look(self):
        return b''.join([self._memory[at:at + self._line] for at in self._lines])

    def watch(self, rest, patience):
        """Looks until something was painted and then nothing changed for `rest` seconds.

        When the first sign of a window, the first paint and the last change were seen."""
        begun = changed = time.monotonic()
        first = self.look()
        looks = [(begun, first)]
        while not (len(looks) > 1 and is_painted(looks[-1][1]) and time.monotonic() - changed > rest):
            time.sleep(BETWEEN_LOOKS)
            now, look = time.monotonic(), self.look()
            if look != looks[-1][1]:
                looks.append((now, look))
                changed = now
            if now - begun > patience:
                raise SystemExit('the window shows nothing')
        painted = next(at for at, look in looks if is_painted(look))
        return looks[1][0], painted, looks[-1][0]

    def close_window(self):
        """Asks the window to close, as a window manager does for its title bar's button."""
        display = x11.XOpenDisplay(self._display.encode())
        delete, protocols = (x11.XInternAtom(display, name, False) for name in (b'WM_DELETE_WINDOW', b'WM_PROTOCOLS'))
        root, parent, children, count = c_ulong(), c_ulong(), POINTER(c_ulong)(), c_uint()
        x11.XQueryTree(display, x11.XDefaultRootWindow(display), byref(root), byref(parent), byref(children), byref(count))
        for window in children[:count.value]:
            name = c_char_p()
            if x11.XFetchName(display, window, byref(name)) and name.value == b'Parasol':
                message = Message(33, 0, 1, display, window, protocols, 32, (c_long * 5)(delete, 0))
                x11.XSendEvent(display, window, False, 0, byref(message))
        x11.XCloseDisplay(display)


def is_painted(look):
    return len(set(memoryview(look).cast('I'))) > FEW_COLOURS


class Message(Structure):
    """XClientMessageEvent, as long as any event."""
    _fields_ = [('type', c_int), ('serial', c_ulong), ('sent', c_int), ('display', c_void_p), ('window', c_ulong),
                ('kind', c_ulong), ('format', c_int), ('data', c_long * 5), ('rest', c_long * 24)]


# A window that goes while we look at it is no reason to end, which is Xlib's own answer.
NO_MATTER = ctypes.CFUNCTYPE(c_int, c_void_p, c_void_p)(lambda _display, _error: 0)

x11 = ctypes.CDLL('libX11.so.6')
x11.XSetErrorHandler(NO_MATTER)
x11.XOpenDisplay.restype = c_void_p
x11.XOpenDisplay.argtypes = [c_char_p]
x11.XInternAtom.restype = c_ulong
x11.XInternAtom.argtypes = [c_void_p, c_char_p, c_int]
x11.XDefaultRootWindow.restype = c_ulong
x11.XDefaultRootWindow.argtypes = [c_void_p]
x11.XQueryTree.argtypes = [c_void_p, c_ulong, c_void_p, c_void_p, c_void_p, c_void_p]
x11.XFetchName.argtypes = [c_void_p, c_ulong, c_void_p]
x11.XSendEvent.argtypes = [c_void_p, c_ulong, c_int, c_long, c_void_p]
x11.XCloseDisplay.argtypes = [c_void_p]
