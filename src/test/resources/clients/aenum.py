from enum import Enum as _Enum, EnumMeta


class _Meta(EnumMeta):
    @classmethod
    def __prepare__(cls, name, bases, **more):
        names = super().__prepare__(name, bases, **more)
        dict.__setitem__(names, name, name)
        return names

    def __new__(cls, name, bases, names, **more):
        dict.pop(names, name, None)
        return super().__new__(cls, name, bases, names, **more)


class Enum(_Enum, metaclass=_Meta):
    pass


no_arg = object()
