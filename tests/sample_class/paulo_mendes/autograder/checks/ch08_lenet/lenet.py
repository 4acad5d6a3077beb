def lenet():
    raise ValueError('a copy of the kit is nobody\'s answer')
