#!/bin/sh
# Sees that the programs are there that read scans (Tesseract with Vietnamese) and old Word files (LibreOffice), and installs them where it
# may: on Debian and Ubuntu, as root or where sudo asks for no password. Else it says what to do. Never fails, and never waits for long: what
# needs no such program works without. With the word "test" also PostgreSQL, which the tests of the store start for themselves.

tell() { printf '%s\n' "$@" >&2; }

wanted=
if ! command -v tesseract >/dev/null 2>&1; then
  wanted="tesseract-ocr tesseract-ocr-vie"
elif ! tesseract --list-langs 2>/dev/null | grep -qx vie; then
  wanted="tesseract-ocr-vie"
fi
if ! office=$(command -v soffice); then
  wanted="$wanted libreoffice-writer-nogui"
elif [ "$(uname)" = Linux ] && [ ! -e "$(dirname "$(readlink -f "$office")")/libswlo.so" ]; then
  wanted="$wanted libreoffice-writer" # LibreOffice without its Writer; the one without windows cannot stand beside it
fi
# as wide as Times New Roman, in which directives are printed
if [ "$(uname)" = Linux ] && ! ls /usr/share/fonts/truetype/croscore/Tinos-Regular.ttf >/dev/null 2>&1 && ! fc-list 2>/dev/null | grep -qi tinos; then
  wanted="$wanted fonts-croscore"
fi
# what only the tests need: a database server, a browser, a spreadsheet program
if [ "${1-}" = test ]; then
  if ! command -v initdb >/dev/null 2>&1 && ! ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then
    wanted="$wanted postgresql"
  fi
  if ! command -v chromium >/dev/null 2>&1 && ! command -v google-chrome >/dev/null 2>&1; then
    wanted="$wanted chromium"
  fi
  if [ -z "$office" ]; then
    wanted="$wanted libreoffice-calc-nogui"
  elif [ "$(uname)" = Linux ] && [ ! -e "$(dirname "$(readlink -f "$office")")/libsclo.so" ]; then
    # beside the LibreOffice that is there: with windows or without
    if dpkg-query -W libreoffice-core-nogui >/dev/null 2>&1; then wanted="$wanted libreoffice-calc-nogui"; else wanted="$wanted libreoffice-calc"; fi
  fi
fi
wanted=${wanted# }
[ -n "$wanted" ] || exit 0

by_hand() {
  tell "── thiếu chương trình: bản quét (tesseract) hoặc .doc, .rtf, .odt (LibreOffice) chưa đọc được; các tệp khác vẫn đọc. Cài bằng lệnh:" \
    "   some programs are missing: scans (tesseract) or .doc, .rtf, .odt (LibreOffice) cannot be read yet, other files can. To install:"
  case $wanted in *postgresql* | *chromium* | *calc*) tell "   (postgresql, chromium, libreoffice-calc: chỉ cần cho make test / only make test needs them)" ;; esac
  if [ "$(uname)" = Darwin ]; then
    tell "      brew install tesseract tesseract-lang && brew install --cask libreoffice"
    case $wanted in *postgresql*) tell "      brew install postgresql" ;; esac
    case $wanted in *chromium*) tell "      brew install --cask chromium" ;; esac
  else
    tell "      sudo apt-get update && sudo apt-get install --no-install-recommends $wanted"
  fi
  exit 0
}

command -v apt-get >/dev/null 2>&1 || by_hand
if [ "$(id -u)" = 0 ]; then
  as=
elif sudo -n true 2>/dev/null; then
  as="sudo -n"
else
  by_hand
fi

log=$(mktemp) || exit 0
trap 'rm -f "$log"' EXIT
apt() { # seconds at most, then what apt-get is to do; no question is asked, no server waited for
  most=$1
  shift
  $as env LC_ALL=C DEBIAN_FRONTEND=noninteractive timeout "$most" apt-get -qq -y -o Acquire::Retries=1 -o Acquire::http::Timeout=15 \
    -o Acquire::https::Timeout=15 -o DPkg::Lock::Timeout=60 "$@" >>"$log" 2>&1 </dev/null
}

tell "── cài đặt chương trình hệ thống / installing: $wanted"
# shellcheck disable=SC2086  # the names are words of their own
get() { apt 1200 install --no-install-recommends $wanted; }
get && exit 0
if ! grep -qiE 'resolv|connect|timed out|unreachable' "$log"; then # without a network a newer list is not to be had either
  apt 90 update
  get && exit 0
fi
tail -n 3 "$log" >&2
by_hand
